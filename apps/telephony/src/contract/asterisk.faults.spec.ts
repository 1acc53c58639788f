import { newId } from '@cordboard/platform-process';
import { eventually, type SipCall } from '@cordboard/testing';
import type { EngineEvent } from '../engine/port.ts';
import WebSocket from 'ws';
import { openWorld, type World } from './asterisk.running.ts';
import type { Asterisk } from '../asterisk/driver.ts';

const [CALLER, LINE] = ['+33612345678', '+33187000001'];

let world: World;
const drivers: Asterisk[] = [];
beforeAll(async () => {
  world = await openWorld('alice.desk');
}, 300_000);
afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.stop()));
  await world.quiet();
});
afterAll(() => world?.close());

const SHOWN = { number: CALLER, name: 'Caller' };
const hears = (address: string, ...expected: string[]): Promise<unknown> =>
  eventually(
    async () => {
      const call = world.network.calls.find((one) => one.address === address);
      return call && (await world.network.hears(call)).join();
    },
    (heard) => heard === expected.join(),
  );

/** A driver, what it tells, and legs that it dials. */
async function driving() {
  const driver = world.driver();
  drivers.push(driver);
  const told: EngineEvent[] = [];
  await driver.start((event) => told.push(event));
  const of = (type: string): EngineEvent[] => told.filter((event) => event.type === type);
  const happened = (type: string, times = 1): Promise<EngineEvent[]> =>
    eventually(
      () => of(type),
      (seen) => seen.length >= times,
      20_000,
    );
  const dial = async (address: string): Promise<string> => {
    const legId = newId();
    const target = address.startsWith('+') ? { kind: 'number' as const, number: address } : { kind: 'device' as const, device: address };
    await driver.dial({ legId, callId: 'c1', target, shows: SHOWN, beside: [], timeoutMs: 60_000 });
    return legId;
  };
  const answered = async (address: string): Promise<string> => {
    const legId = await dial(address);
    (await eventually(() => world.network.calls.find((call) => call.address === address && call.state === 'ringing')))?.answer();
    await eventually(() => of('leg.answered').some((event) => 'legId' in event && event.legId === legId));
    return legId;
  };
  /** Two agents who talk. */
  const talking = async (): Promise<{ bridgeId: string; legs: readonly string[] }> => {
    const legs = [await answered('alice'), await answered('bob')];
    const bridgeId = `main-${newId()}`;
    await driver.createBridge({ bridgeId });
    for (const legId of legs) await driver.join({ bridgeId, legId });
    await hears('alice', 'bob');
    return { bridgeId, legs };
  };
  return { driver, told, of, happened, dial, talking };
}

/** Two agents who talk, and are recorded. */
async function recording() {
  const { driver, happened, talking } = await driving();
  await happened('engine.up');
  const { bridgeId } = await talking();
  const recordingId = newId();
  await driver.recordBridge({ recordingId, bridgeId, maxSeconds: 60 });
  await happened('recording.started');
  return { driver, happened, recordingId };
}

const phoneOf = (agent: string): SipCall => world.network.device(agent).live[0] as SipCall;

it('a driver that follows another at once hears the engine: over twenty turns', async () => {
  let last = await driving();
  await last.happened('engine.up');
  for (let turns = 0; turns < 20; turns += 1) {
    await last.driver.stop();
    last = await driving();
    await last.happened('engine.up');
  }
  await world.network.call(CALLER, LINE);
  await last.happened('leg.incoming');
}, 60_000);

it('a connection that is cut and mended at once hears the engine again: over ten cuts', async () => {
  const { driver, happened } = await driving();
  for (let cuts = 1; cuts <= 10; cuts += 1) {
    await happened('engine.up', cuts);
    world.wire.cut();
    world.wire.mend();
    await happened('engine.down', cuts);
  }
  await happened('engine.up', 11);
  expect(driver.connected).toBe(true);
  await world.network.call(CALLER, LINE);
  await happened('leg.incoming');
}, 60_000);

it('an engine that has forgotten whom it tells is noticed, though the connection lives', async () => {
  const { happened } = await driving();
  await happened('engine.up');
  const { url, user, password } = world.engine;
  const other = new WebSocket(`${url.replace('http', 'ws')}/ari/events?app=cordboard`, { auth: `${user}:${password}` });
  other.on('open', () => other.close());
  await happened('engine.down');
  await happened('engine.up', 2);
  await world.network.call(CALLER, LINE);
  await happened('leg.incoming');
}, 60_000);

it('a connection on which nothing comes through any more is given up, and what happened meanwhile is seen', async () => {
  const { driver, happened } = await driving();
  await happened('engine.up');
  const call = await world.network.call(CALLER, LINE);
  const [incoming] = await happened('leg.incoming');
  world.wire.freeze();
  await happened('engine.down');
  await call.hangup();
  world.wire.mend();
  await happened('engine.up', 2);
  expect(incoming).toMatchObject({ from: CALLER });
  expect((await driver.snapshot()).legs).toEqual([]);
}, 60_000);

it('an engine that is killed comes back without its calls, and what was being recorded can be heard up to then', async () => {
  const { driver, happened, recordingId } = await recording();
  const began = performance.now();
  await eventually(() => performance.now() - began > 4_500); // it writes 32 KB at a time: two seconds
  await world.engine.kill();
  await happened('engine.down');
  await world.engine.start();
  expect((await happened('engine.up', 2))[1]).toMatchObject({ lost: true });
  const { legs, bridges, recordings, kept } = await driver.snapshot();
  expect({ legs, bridges, recordings, kept }).toEqual({
    legs: [],
    bridges: [],
    recordings: [],
    kept: [{ recordingId, seconds: expect.any(Number) }],
  });
  expect(kept[0]?.seconds).toBeGreaterThan(2);
  const pieces: Uint8Array[] = [];
  for await (const piece of (await driver.fetchRecording({ recordingId })) ?? []) pieces.push(piece);
  const file = Buffer.concat(pieces);
  expect([file.readUInt32LE(4), file.readUInt32LE(40)]).toEqual([file.length - 8, file.length - 44]);
  await driver.deleteRecording({ recordingId });
  expect((await driver.snapshot()).kept).toEqual([]);
}, 60_000);

it('an engine that is told to end hangs its phones up, and its recordings are whole', async () => {
  const { driver, happened, recordingId } = await recording();
  await world.engine.kill('SIGTERM');
  await eventually(() => world.network.calls.length === 0);
  await happened('engine.down');
  await world.engine.start();
  await happened('engine.up', 2);
  const { legs, kept } = await driver.snapshot();
  expect([legs, kept.map((one) => one.recordingId)]).toEqual([[], [recordingId]]);
  await driver.deleteRecording({ recordingId });
}, 60_000);

it('a phone that dies without a word is lost, and only that one', async () => {
  const { happened, talking } = await driving();
  await happened('engine.up');
  const { legs } = await talking();
  phoneOf('bob').media.die();
  const [ended] = await happened('leg.ended');
  expect(ended).toMatchObject({ legId: legs[1], reason: 'lost', by: 'peer', answered: true });
  await hears('alice');
}, 60_000);

it.each([
  [404, 'invalid_number'],
  [408, 'unreachable'],
  [480, 'no_answer'],
  [486, 'busy'],
  [503, 'failed'],
  [603, 'rejected'],
])('a carrier that answers %i: %s', async (status, reason) => {
  const { happened, dial } = await driving();
  await happened('engine.up');
  const legId = await dial(`+339990${status}`);
  expect(await happened('leg.ended')).toMatchObject([{ legId, reason, answered: false }]);
});

it('a phone that changes its audio while the engine changes what it shows stays in its call: over ten glares', async () => {
  const { driver, happened, talking, of } = await driving();
  await happened('engine.up');
  const { legs } = await talking();
  for (let i = 0; i < 10; i += 1) {
    const shows = { number: `+3361234567${i}`, name: `Caller ${i}` };
    const [status] = await Promise.all([phoneOf('alice').hold(false), driver.identify({ legId: legs[0] ?? '', shows })]);
    expect(status).toBe(200);
    await eventually(() => phoneOf('alice').display === shows.number);
  }
  await hears('alice', 'bob');
  await hears('bob', 'alice');
  expect(of('leg.ended')).toEqual([]);
}, 60_000);

it('a phone’s own hold key gives the other side music at once, whoever else hears of it, and back', async () => {
  const { happened, talking } = await driving();
  await happened('engine.up');
  await talking();
  expect(await phoneOf('alice').hold(true)).toBe(200);
  await hears('bob', 'music');
  expect(await phoneOf('alice').hold(false)).toBe(200);
  await hears('bob', 'alice');
});

it('a caller who gives up in the moment in which they are taken is gone once: over ten of them, either first', async () => {
  const { driver, told, of, happened } = await driving();
  await happened('engine.up');
  for (let i = 0; i < 10; i += 1) {
    const call = await world.network.call(CALLER, LINE);
    const [leg] = await happened('leg.incoming', i + 1).then((events) => events.slice(i));
    const legId = leg && 'legId' in leg ? String(leg.legId) : '';
    const both = [() => driver.answer({ legId }), () => call.hangup()];
    await Promise.all((i % 2 === 0 ? both : both.reverse()).map((act) => act()));
    await happened('leg.ended', i + 1);
    expect(told.filter((event) => event.type === 'leg.ended' && event.legId === legId)).toHaveLength(1);
    expect((await driver.snapshot()).legs).toEqual([]);
  }
  expect(of('leg.ended')).toHaveLength(10);
});

it('a phone that would join two calls of its own is declined, and both go on', async () => {
  const { driver, happened, told, talking } = await driving();
  await happened('engine.up');
  await talking();
  const first = phoneOf('alice');
  await driver.dial({
    legId: newId(),
    callId: 'c2',
    target: { kind: 'device', device: 'alice' },
    shows: SHOWN,
    beside: [],
    timeoutMs: 60_000,
  });
  const second = await eventually(() => world.network.calls.find((call) => call.address === 'alice' && call.state === 'ringing'), Boolean);
  second?.answer();
  await happened('leg.answered', 3);
  await first.joinWith(second as SipCall);
  await eventually(() => first.transferred === 603);
  await hears('bob', 'alice');
  expect([first.state, second?.state, told.filter(({ type }) => type === 'leg.key' || type === 'leg.ended')]).toEqual(['up', 'up', []]);
});

describe('an agent with two phones', () => {
  const ring = async () => {
    const { driver, happened, dial, of } = await driving();
    await happened('engine.up');
    const legId = await dial('alice');
    const phones = ['alice', 'alice.desk'].map((name) =>
      eventually(() => world.network.calls.find((call) => call.address === name && call.state === 'ringing')),
    );
    const [first, second] = (await Promise.all(phones)) as [SipCall, SipCall];
    return { driver, happened, of, legId, first, second };
  };
  beforeAll(() => world.network.register({ 'alice.desk': world.engine.secrets['alice.desk'] ?? '' }));
  afterAll(() => world.network.device('alice.desk').register(0));

  it('is rung at both, and talks at the one that answers first; the other stops', async () => {
    const { driver, happened, of, legId, second } = await ring();
    second.answer();
    await happened('leg.answered');
    await eventually(() => world.network.calls.map(({ address }) => address).join() === 'alice.desk');
    const { legs } = await driver.snapshot();
    expect(legs).toMatchObject([{ legId, state: 'up' }]);
    await driver.hold({ legId });
    await hears('alice.desk', 'music');
    await second.hangup();
    await happened('leg.ended');
    expect(of('leg.ended')).toMatchObject([{ legId, reason: 'hangup', by: 'peer', answered: true }]);
    expect([of('leg.ringing').length, of('leg.answered').length]).toEqual([1, 1]);
  });

  it('talks at one of them where both answer at once', async () => {
    const { driver, happened, of, legId, first, second } = await ring();
    first.answer();
    second.answer();
    await happened('leg.answered');
    await eventually(() => world.network.calls.filter(({ state }) => state !== 'ended').length === 1);
    await driver.hangup({ legId, reason: 'hangup' });
    await happened('leg.ended');
    expect(of('leg.answered')).toHaveLength(1);
  });

  it('turns a call down at one for both', async () => {
    const { happened, of, legId, first } = await ring();
    first.reject(603);
    await happened('leg.ended');
    await eventually(() => world.network.calls.length === 0);
    expect(of('leg.ended')).toMatchObject([{ legId, reason: 'rejected', by: 'peer', answered: false }]);
  });

  it('is rung on at one where the other fails, and let go at both', async () => {
    const { driver, happened, of, legId, first, second } = await ring();
    first.reject(500);
    await eventually(() => first.state === 'ended');
    expect([second.state, of('leg.ended')]).toEqual(['ringing', []]);
    await driver.hangup({ legId, reason: 'cancelled' });
    await happened('leg.ended');
    await eventually(() => second.state === 'ended');
    expect(of('leg.ended')).toMatchObject([{ legId, reason: 'cancelled', by: 'us', answered: false }]);
  });

  it('is picked up for at one of them', async () => {
    const { driver, happened, legId } = await ring();
    await driver.answer({ legId });
    await happened('leg.answered');
    await eventually(() => world.network.calls.filter(({ state }) => state !== 'ended').length === 1);
  });

  it('is known again by the next process, whichever talks', async () => {
    const { driver, happened, legId, second } = await ring();
    second.answer();
    await happened('leg.answered');
    await driver.stop();
    const next = await driving();
    await next.happened('engine.up');
    expect((await next.driver.snapshot()).legs).toMatchObject([{ legId, state: 'up' }]);
    await next.driver.hangup({ legId, reason: 'hangup' });
    await next.happened('leg.ended');
  });
});
