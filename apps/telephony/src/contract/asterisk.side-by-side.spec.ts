import { newId } from '@cordboard/platform-process';
import { eventually, type SipCall } from '@cordboard/testing';
import type { EngineEvent } from '../engine/port.ts';
import { SideBySide } from '../engine/side-by-side.ts';
import { openWorld, type World } from './asterisk.running.ts';

const [CALLER, LINE] = ['+33612345678', '+33187000001'];

let worlds: readonly [World, World];
let both: SideBySide;
const told: EngineEvent[] = [];
beforeAll(async () => {
  worlds = [await openWorld(), await openWorld()];
  both = new SideBySide(worlds.map((world) => world.driver()));
  await both.start((event) => told.push(event));
  await happened('engine.up', 2);
}, 300_000);
afterAll(async () => {
  await both?.stop();
  await Promise.all((worlds ?? []).map((world) => world.close()));
}, 120_000);

const happened = (type: string, times = 1): Promise<EngineEvent[]> =>
  eventually(
    () => told.filter((event) => event.type === type),
    (seen) => seen.length >= times,
  );
const callOf = (world: World, address: string): SipCall | undefined => world.network.calls.find((call) => call.address === address);
const hears = (world: World, address: string, heard: string): Promise<unknown> =>
  eventually(
    async () => {
      const call = callOf(world, address);
      return call && (await world.network.hears(call)).join();
    },
    (now) => now === heard,
  );

/** A caller comes to an engine, and alice takes the call there, whose phone is at both. */
async function talking(world: World): Promise<readonly string[]> {
  const before = told.length;
  await world.network.call(CALLER, LINE);
  const came = await eventually(() => told.slice(before).find((event) => event.type === 'leg.incoming'), Boolean);
  const caller = came && 'legId' in came ? String(came.legId) : '';
  const agent = newId();
  const shows = { number: CALLER, name: 'Caller' };
  await both.dial({ legId: agent, callId: 'c', target: { kind: 'device', device: 'alice' }, shows, beside: [caller], timeoutMs: 60_000 });
  (await eventually(() => callOf(world, 'alice')))?.answer();
  await eventually(() => told.some((event) => event.type === 'leg.answered' && event.legId === agent));
  await both.answer({ legId: caller });
  const bridgeId = `main-${newId()}`;
  await both.createBridge({ bridgeId });
  for (const legId of [caller, agent]) await both.join({ bridgeId, legId });
  await hears(world, 'alice', CALLER);
  await hears(world, CALLER, 'alice');
  return [caller, agent];
}

it('two of them have calls of their own, and one that dies takes none of the other’s with it', async () => {
  const [one, two] = worlds;
  const [first, second] = [await talking(one), await talking(two)];
  expect((await both.snapshot()).legs.map(({ legId }) => legId).sort()).toEqual([...first, ...second].sort());
  await one.engine.kill();
  await eventually(
    () => both.snapshot().then(({ legs }) => legs.length),
    (count) => count === 2,
  );
  await hears(two, 'alice', CALLER);
  const [caller = '', agent = ''] = second;
  await both.hold({ legId: caller });
  await hears(two, CALLER, 'music');
  await both.retrieve({ legId: caller });
  await hears(two, CALLER, 'alice');
  expect((await both.snapshot()).mayBeElsewhere(first[0] ?? '')).toBe(true);
  await one.engine.start();
  await happened('engine.up', 3);
  const whole = await both.snapshot();
  expect([whole.legs.map(({ legId }) => legId).sort(), whole.mayBeElsewhere(first[0] ?? '')]).toEqual([[caller, agent].sort(), false]);
  await hears(two, CALLER, 'alice');
}, 120_000);
