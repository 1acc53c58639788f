import type { TelephonyEvent, Wiring } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { Bus, Outbox } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { eventually, testDatabase, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import { openDatabase } from '../database.store.ts';
import type { Engine } from '../engine/port.ts';
import { Simulator } from '../simulator/driver.ts';
import { Facts } from './facts.handler.ts';
import { LegStore } from './legs.store.ts';
import { Switchboard } from './switchboard.ts';
import { WiringStore } from './wirings.store.ts';

let testDb: TestDatabase;
let nats: TestNats;
let database: Database;
let bus: Bus;
let outbox: Outbox;
let simulator: Simulator;
let switchboard: Switchboard;

beforeAll(async () => {
  [testDb, nats] = await Promise.all([testDatabase(), testNats()]);
  database = await openDatabase(testDb.url);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  outbox = new Outbox(bus, database, 'telephony');
});
afterAll(async () => {
  await outbox.stop();
  await bus.close();
  await database.close();
  await Promise.all([nats.stop(), testDb.drop()]);
});
beforeEach(() => (simulator = new Simulator()));
afterEach(async () => {
  await switchboard.stop();
  simulator.close();
});

/** Our process begins, over an engine that may have lived before. */
async function begin(engine: Engine = simulator): Promise<void> {
  const legs = new LegStore(database, outbox);
  switchboard = new Switchboard(engine, new Facts(legs, outbox), { legs, wirings: new WiringStore(database) }, 'demo');
  await switchboard.start();
  await eventually(() => switchboard.inStep);
}

/** The engine, one of whose commands goes through `how`. */
const disturbed = <C extends 'answer' | 'dial' | 'snapshot'>(
  command: C,
  how: (engine: () => ReturnType<Engine[C]>) => Promise<unknown>,
): Engine =>
  new Proxy<Engine>(simulator, {
    get: (engine, name) => {
      const member: unknown = Reflect.get(engine, name, engine);
      if (typeof member !== 'function') return member;
      const call = member.bind(engine) as (...args: unknown[]) => ReturnType<Engine[C]>;
      return name === command ? (...args: unknown[]) => how(() => call(...args)) : call;
    },
  });

let seq = 0;
async function follow(conversationId: string, legs: Wiring['legs'], ended: Wiring['ended'] = []): Promise<void> {
  const known = { account: 'demo', seq: (seq += 1), wiring: { conversationId, legs, ended } };
  await database.transaction((tx) => new WiringStore(database).save(tx, known));
  switchboard.follow(known);
}
const as = (legId: string, agentId: string | null, want: Wiring['legs'][number]['want']): Wiring['legs'][number] => ({
  legId,
  agentId,
  address: agentId ?? '+33612345678',
  callId: 'c1',
  want,
  displayNumber: null,
});
const ringing = { as: 'ringing', displayNumber: '+33612345678', displayName: '' } as const;
const main = { as: 'talking', room: 'main' } as const;

const saved = async (legId: string): Promise<TelephonyEvent[]> =>
  (
    await database.query<{ events: TelephonyEvent[] }>(`SELECT body->'events' AS events FROM outbox WHERE key = $1 ORDER BY seq`, legId)
  ).flatMap(({ events }) => events);
const types = (legId: string, ...expected: string[]): Promise<unknown> =>
  eventually(
    async () => (await saved(legId)).map(({ type }) => type.replace('leg.', '')),
    (seen) => seen.join() === expected.join(),
  );

async function conversation(): Promise<{ id: string; caller: string }> {
  const { id: caller } = simulator.phones.call('+33612345678', '+33187000001');
  await types(caller, 'incoming');
  return { id: (await saved(caller))[0]?.conversationId ?? '', caller };
}

describe('the switchboard', () => {
  it('takes over legs that lived on while our process was gone, and tells what it missed', async () => {
    await begin();
    const { id, caller } = await conversation();
    const [alice, bob] = [newId(), newId()];
    await follow(id, [as(caller, null, main), as(alice, 'alice', main), as(bob, 'bob', ringing)]);
    await eventually(() => simulator.network.leg(bob) !== undefined);
    simulator.phones.answer(bob);
    await eventually(() => simulator.network.leg(alice)?.bridgeId && simulator.network.leg(caller)?.bridgeId);
    await types(alice, 'ringing', 'answered', 'joined');
    await switchboard.stop();
    simulator.phones.hangup(alice);
    const second = simulator.phones.call('+33612000000', '+33187000001').id;
    await begin();
    await types(alice, 'ringing', 'answered', 'joined', 'left', 'ended');
    await types(second, 'incoming');
    await follow(id, [as(caller, null, main), as(bob, 'bob', main)]);
    await eventually(() => simulator.network.heardBy(simulator.network.leg(bob) as never).join() === caller);
  });

  it('adopts a leg that was dialled and never told, by the wiring that named it', async () => {
    await begin();
    const [id, alice] = [newId(), newId()];
    await switchboard.stop();
    await simulator.start(() => undefined);
    await simulator.dial({
      legId: alice,
      callId: 'c1',
      target: { kind: 'device', device: 'alice' },
      shows: { number: '1', name: '' },
      timeoutMs: 60_000,
    });
    await simulator.stop();
    const known = { account: 'demo', seq: (seq += 1), wiring: { conversationId: id, legs: [as(alice, 'alice', ringing)], ended: [] } };
    await database.transaction((tx) => new WiringStore(database).save(tx, known));
    await begin();
    await types(alice, 'ringing');
    expect(simulator.network.legs).toHaveLength(1);
    await eventually(() => simulator.network.leg(alice)?.shows?.number === '+33612345678');
  });

  it('clears away legs and bridges that belong to nothing', async () => {
    await simulator.start(() => undefined);
    await simulator.dial({
      legId: 'stray',
      callId: 'c1',
      target: { kind: 'device', device: 'alice' },
      shows: { number: '1', name: '' },
      timeoutMs: 60_000,
    });
    await simulator.createBridge({ bridgeId: 'main-stray' });
    await simulator.stop();
    await begin();
    await eventually(() => simulator.network.legs.length === 0 && simulator.network.rooms.length === 0);
    expect(await saved('stray')).toEqual([]);
  });

  it('tries again what the engine failed to do, and does the rest meanwhile', async () => {
    let failures = 2;
    await begin(
      disturbed('answer', async (answer) => {
        if (failures === 0) return answer();
        failures -= 1;
        throw new Error('the engine says 500');
      }),
    );
    const { id, caller } = await conversation();
    const alice = newId();
    await follow(id, [as(caller, null, main), as(alice, 'alice', ringing)]);
    await types(alice, 'ringing');
    await types(caller, 'incoming', 'answered', 'joined');
    expect(failures).toBe(0);
  });

  it('does what was decided while the engine was away', async () => {
    await begin();
    const { id, caller } = await conversation();
    simulator.cut();
    await eventually(() => !switchboard.inStep);
    const alice = newId();
    await follow(id, [as(caller, null, { as: 'waiting' }), as(alice, 'alice', ringing)]);
    simulator.restore();
    await types(alice, 'ringing');
  });

  it('does not ring a phone again whose whole life was on its way when the connection was lost', async () => {
    await begin(
      disturbed('dial', async (dial) => {
        await dial();
        simulator.cut();
      }),
    );
    const { id, caller } = await conversation();
    const alice = newId();
    await follow(id, [as(caller, null, { as: 'waiting' }), as(alice, 'alice', ringing)]);
    await eventually(() => !simulator.connected);
    simulator.phones.reject(alice);
    simulator.restore();
    await types(alice, 'ended');
    await follow(id, [as(caller, null, main), as(alice, 'alice', ringing)]);
    await types(caller, 'incoming', 'answered', 'joined');
    expect(simulator.network.leg(alice)).toBeUndefined();
  });

  it('tells what happens while it compares itself with the engine', async () => {
    let comparing = (): void => undefined;
    await begin(
      disturbed('snapshot', async (snapshot) => {
        const taken = await snapshot();
        comparing();
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        return taken;
      }),
    );
    const { id, caller } = await conversation();
    const alice = newId();
    await follow(id, [as(caller, null, { as: 'waiting' }), as(alice, 'alice', ringing)]);
    await types(alice, 'ringing');
    comparing = () => simulator.phones.answer(alice);
    simulator.cut();
    simulator.restore();
    await types(alice, 'ringing', 'answered');
  });

  it('tells facts that could not be saved at first, in order', async () => {
    await begin();
    const { id, caller } = await conversation();
    await database.query('ALTER TABLE leg RENAME TO leg_away');
    const alice = newId();
    await follow(id, [as(caller, null, main), as(alice, 'alice', main)]);
    await eventually(() => simulator.network.leg(alice)?.bridgeId);
    simulator.phones.hangup(alice);
    await database.query('ALTER TABLE leg_away RENAME TO leg');
    await types(alice, 'ringing', 'answered', 'joined', 'left', 'ended');
    await types(caller, 'incoming', 'answered', 'joined');
  });

  it('keeps phones silent that were dialled and ended in the same moment', async () => {
    simulator.script.set('alice', { onRing: 'busy', afterMs: 0 });
    await begin();
    const { id, caller } = await conversation();
    const alice = newId();
    for (let i = 0; i < 3; i += 1) await follow(id, [as(caller, null, { as: 'waiting' }), as(alice, 'alice', ringing)]);
    await types(alice, 'ringing', 'ended');
    await follow(id, [as(caller, null, { as: 'waiting' }), as(alice, 'alice', ringing)]);
    await follow(id, [as(caller, null, main)]);
    await types(caller, 'incoming', 'answered', 'joined');
    await types(alice, 'ringing', 'ended');
  });
});
