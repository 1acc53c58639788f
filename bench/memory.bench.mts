/**
 * What a socket with one subscription weighs: the server's resident memory per connection, idle and after a burst of 64 events. Ours against
 * graphql-ws as it comes, each alone. `--clients=1000,5000`
 */
import { figure, numbers } from './lib/figure.mts';
import { Lane } from './lib/live/lane.mts';

for (const count of numbers('clients', [1_000, 5_000])) {
  const weighs = new Map<string, { idle: number; after: number }>();
  for (const name of ['stock', 'ours'] as const) {
    const lane = await Lane.open(name, count);
    const kib = async (): Promise<number> => ((await lane.measure()).rss - lane.empty) / count / 1_024;
    const idle = await kib();
    await lane.say(64, 8, 200);
    weighs.set(name, { idle, after: await kib() });
    lane.close();
  }
  for (const name of ['stock', 'ours'] as const)
    for (const when of ['idle', 'after'] as const)
      figure(
        'memory',
        `${name}, ${when === 'idle' ? 'idle' : 'after a burst'}, ${count} sockets`,
        weighs.get(name)?.[when] ?? 0,
        'KiB/socket',
        weighs.get('stock')?.[when],
      );
}
process.exit(0);
