/**
 * One event to many sockets: deliveries per second of the server's CPU time. Ours (executed once, one frame for all) against graphql-ws as
 * it comes, `ws` told what to send, and one hand-made frame written to each socket, which is the limit in Node. Lanes take turns.
 * `--clients=500,1000,2000 --events=64 --rounds=3`
 */
import { figure, numbers } from './lib/figure.mts';
import { Lane } from './lib/live/lane.mts';

const LANES = ['raw', 'frame', 'stock', 'ours'] as const;
const clients = numbers('clients', [500, 1_000, 2_000]);
const [events = 64] = numbers('events', [64]);
const [rounds = 3] = numbers('rounds', [3]);

for (const count of clients) {
  const lanes = await Promise.all(LANES.map((name) => Lane.open(name, count)));
  for (const [how, burst, everyMs] of [
    ['single', 1, 10],
    ['bursts of 8', 8, 40],
  ] as const) {
    const took = new Map<string, number[]>();
    for (let round = -1; round < rounds; round += 1)
      for (const lane of lanes) {
        const { cpuMs } = await lane.say(events, burst, everyMs);
        if (round >= 0) took.set(lane.name, [...(took.get(lane.name) ?? []), (events * count) / (cpuMs / 1_000)]);
      }
    const rate = (name: string): number => [...(took.get(name) ?? [])].sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
    for (const name of LANES) figure('fanout', `${name}, ${how}, ${count} clients`, rate(name), 'deliveries/CPU s', rate('raw'));
    figure('fanout', `ours against stock, ${how}, ${count} clients`, rate('ours'), 'deliveries/CPU s', rate('stock'));
  }
  for (const lane of lanes) lane.close();
}
process.exit(0);
