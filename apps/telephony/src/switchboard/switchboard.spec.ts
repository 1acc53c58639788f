import { Audio } from '../audio/audio.handler.ts';
import type { PhonesFact, TelephonyEvent, Wiring } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { LocalFiles, type MediaStorage } from '@cordboard/platform-media';
import { Bus, Outbox } from '@cordboard/platform-messaging';
import { newId } from '@cordboard/platform-process';
import { eventually, testDatabase, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../database.store.ts';
import type { Engine } from '../engine/port.ts';
import { SideBySide } from '../engine/side-by-side.ts';
import { PhoneKeys } from '../keys/keys.handler.ts';
import { Phones } from '../phones/phones.handler.ts';
import { PhoneStore } from '../phones/phones.store.ts';
import { Recorder } from '../recordings/recorder.ts';
import { Segments } from '../recordings/segment.handler.ts';
import { SegmentStore } from '../recordings/segment.store.ts';
import { WantStore } from '../recordings/want.store.ts';
import { Simulator } from '../simulator/driver.ts';
import { Voicemails } from '../voicemails/voicemail.handler.ts';
import { VoicemailStore } from '../voicemails/voicemail.store.ts';
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
let voicemails: Voicemails;
let segments: Segments;
let wants: WantStore;
let mediaDir: string;
let files: LocalFiles;

beforeAll(async () => {
  [testDb, nats] = await Promise.all([testDatabase(), testNats()]);
  database = await openDatabase(testDb.url);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  outbox = new Outbox(bus, database, 'telephony');
  mediaDir = await mkdtemp(join(tmpdir(), 'cordboard-media-'));
  files = await LocalFiles.open(mediaDir);
});
afterAll(async () => {
  await outbox.stop();
  await bus.close();
  await database.close();
  await Promise.all([nats.stop(), testDb.drop(), rm(mediaDir, { recursive: true })]);
});
beforeEach(() => (simulator = new Simulator()));
afterEach(async () => {
  await end();
  simulator.close();
});

/** Our process begins, over an engine that may have lived before. */
async function begin(engine: Engine = simulator, storage: MediaStorage = files): Promise<void> {
  const messages = new VoicemailStore(database, outbox);
  const audio = new Audio(engine, storage, outbox);
  voicemails = new Voicemails(audio, messages);
  const legs = new LegStore(database, outbox, messages);
  const facts = new Facts(legs, outbox, (message) => voicemails.noted(message));
  wants = new WantStore(database, outbox);
  segments = new Segments(audio, new SegmentStore(database, outbox));
  const recorder = new Recorder(engine, segments, wants);
  const phones = new Phones(new PhoneStore(database, outbox), outbox, 'demo');
  switchboard = new Switchboard(
    engine,
    facts,
    { legs, wirings: new WiringStore(database), recorder, phones, keys: new PhoneKeys(engine, bus) },
    'demo',
  );
  await switchboard.start();
  await voicemails.start();
  await eventually(() => switchboard.inStep);
}

/** Our process ends; the engine lives on. */
async function end(): Promise<void> {
  await Promise.all([voicemails.stop(), segments.stop()]);
  await switchboard.stop();
}

/** The engine, one of whose commands goes through `how`. */
const disturbed = <C extends 'answer' | 'dial' | 'snapshot' | 'deleteRecording'>(
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
    await end();
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
    await end();
    await simulator.start(() => undefined);
    await simulator.dial({
      legId: alice,
      callId: 'c1',
      target: { kind: 'device', device: 'alice' },
      shows: { number: '1', name: '' },
      beside: [],
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
      beside: [],
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

describe('an announcement', () => {
  const announcement = (what: 'greeting' | 'voicemail' | 'unavailable-message', id = newId()) =>
    ({ as: 'hearing', announcement: { id, what, numberId: 'support', text: null, file: null, language: null } }) as const;
  const hears = (legId: string, ...expected: string[]): Promise<unknown> =>
    eventually(
      () => simulator.network.heardBy(simulator.network.leg(legId) as never),
      (heard) => heard.join() === expected.join(),
    );
  const facts = async (legId: string, type: TelephonyEvent['type']): Promise<TelephonyEvent[]> =>
    (await saved(legId)).filter((event) => event.type === type);
  const left = (announcementId: string): Promise<TelephonyEvent[]> => saved(`voicemail-${announcementId}`);
  const recording = (id: string): Promise<unknown> =>
    eventually(() => simulator.network.recordings.running.some(({ recordingId }) => recordingId === id));
  /** Somebody speaks for so long. */
  const spoken = async (id: string, atLeastMs: number): Promise<void> => {
    await recording(id);
    const since = performance.now();
    await eventually(() => performance.now() - since > atLeastMs);
  };
  const nothingKept = (): Promise<unknown> => eventually(() => simulator.network.recordings.kept.length === 0);

  it('is heard alone, once, and told; then the caller waits with ringback', async () => {
    await begin();
    const { id, caller } = await conversation();
    const alice = newId();
    await follow(id, [as(caller, null, main), as(alice, 'alice', main)]);
    await hears(caller, alice);
    const greeting = announcement('greeting');
    await follow(id, [as(caller, null, greeting), as(alice, 'alice', { as: 'answered' })]);
    await hears(caller, 'greeting');
    await follow(id, [as(caller, null, greeting)]);
    await types(caller, 'incoming', 'answered', 'joined', 'left', 'hearing', 'heard');
    expect(await facts(caller, 'leg.heard')).toMatchObject([{ announcementId: greeting.announcement.id, whole: true }]);
    await follow(id, [as(caller, null, greeting)]);
    await end();
    await begin();
    await follow(id, [as(caller, null, greeting), as(newId(), 'bob', ringing)]);
    await eventually(() => simulator.network.legs.length === 2);
    await hears(caller);
    await follow(id, [as(caller, null, { as: 'waiting' })]);
    await hears(caller, 'ringback');
    await types(caller, 'incoming', 'answered', 'joined', 'left', 'hearing', 'heard');
  });

  it('is stopped before anything else is heard', async () => {
    await begin();
    const { id, caller } = await conversation();
    await follow(id, [as(caller, null, announcement('greeting'))]);
    await hears(caller, 'greeting');
    const second = announcement('unavailable-message');
    await follow(id, [as(caller, null, second)]);
    await hears(caller, 'unavailable-message');
    await follow(id, [as(caller, null, main)]);
    await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'hearing', 'heard', 'joined');
    expect(await facts(caller, 'leg.heard')).toMatchObject([{ whole: false }, { whole: false, announcementId: second.announcement.id }]);
  });

  it('goes on while our process is gone, and its end is told by the next one', async () => {
    await begin();
    const { id, caller } = await conversation();
    await follow(id, [as(caller, null, announcement('greeting'))]);
    await types(caller, 'incoming', 'answered', 'hearing');
    await end();
    await begin();
    await types(caller, 'incoming', 'answered', 'hearing', 'heard');
    expect(await facts(caller, 'leg.heard')).toMatchObject([{ whole: true }]);
  });

  it('begins again where the engine lost it while our process was gone', async () => {
    await begin();
    const { id, caller } = await conversation();
    const greeting = announcement('greeting');
    await follow(id, [as(caller, null, greeting)]);
    await types(caller, 'incoming', 'answered', 'hearing');
    await end();
    simulator.network.stopPlay(greeting.announcement.id);
    await begin();
    await hears(caller, 'greeting');
    await types(caller, 'incoming', 'answered', 'hearing', 'heard');
    expect(await facts(caller, 'leg.heard')).toMatchObject([{ whole: true }]);
  });

  it('is over where the engine lost it and nobody wants it any more', async () => {
    await begin();
    const { id, caller } = await conversation();
    const greeting = announcement('greeting');
    await follow(id, [as(caller, null, greeting)]);
    await types(caller, 'incoming', 'answered', 'hearing');
    simulator.cut();
    simulator.network.stopPlay(greeting.announcement.id);
    await follow(id, [as(caller, null, main)]);
    simulator.restore();
    await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'joined');
    expect(await facts(caller, 'leg.heard')).toMatchObject([{ whole: false }]);
  });

  it('is over with its leg, before that ends', async () => {
    await begin();
    const { id, caller } = await conversation();
    await follow(id, [as(caller, null, announcement('unavailable-message'))]);
    await hears(caller, 'unavailable-message');
    simulator.phones.hangup(caller);
    await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'ended');
    expect(await facts(caller, 'leg.heard')).toMatchObject([{ whole: false }]);
  });

  it('takes a message, keeps it in the storage, tells it once and clears it from the engine', async () => {
    await begin();
    const { id, caller } = await conversation();
    const voicemail = announcement('voicemail');
    const messageId = voicemail.announcement.id;
    await follow(id, [as(caller, null, voicemail)]);
    await spoken(messageId, 600);
    await follow(id, [{ ...as(caller, null, voicemail), callId: 'c2' }]);
    await hears(caller, 'voicemail');
    simulator.phones.hangup(caller);
    await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'ended');
    const [told, ...more] = await eventually(
      () => left(messageId),
      (seen) => seen.length > 0,
    );
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      type: 'voicemail.left',
      legId: caller,
      conversationId: id,
      callId: 'c2',
      numberId: 'support',
      from: '+33612345678',
    });
    const { seconds, media } = told as Extract<TelephonyEvent, { type: 'voicemail.left' }>;
    expect({ long: seconds > 0.5 && seconds < 10, ...media }).toMatchObject({
      long: true,
      key: `voicemail/demo/${messageId}.wav`,
      contentType: 'audio/wav',
    });
    expect(await files.head(media.key)).toEqual({ bytes: media.bytes });
    expect(media.bytes).toBe(44 + Math.round(seconds * 8_000) * 2);
    await nothingKept();
  });

  it('keeps nothing of who says nothing', async () => {
    await begin();
    const { id, caller } = await conversation();
    const voicemail = announcement('voicemail');
    await follow(id, [as(caller, null, voicemail)]);
    await recording(voicemail.announcement.id);
    simulator.phones.hangup(caller);
    await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'ended');
    await nothingKept();
    expect(await left(voicemail.announcement.id)).toEqual([]);
    expect(await files.head(`voicemail/demo/${voicemail.announcement.id}.wav`)).toBeNull();
  });

  it('goes on recording while our process is gone, and says nothing into it', async () => {
    await begin();
    const { id, caller } = await conversation();
    const voicemail = announcement('voicemail');
    await follow(id, [as(caller, null, voicemail)]);
    await types(caller, 'incoming', 'answered', 'hearing');
    await spoken(voicemail.announcement.id, 600);
    await end();
    await begin();
    const alice = newId();
    await follow(id, [as(caller, null, voicemail), as(alice, 'alice', ringing)]);
    await types(alice, 'ringing');
    const { recordings, sounding } = simulator.network;
    expect([recordings.running.map(({ recordingId }) => recordingId), sounding]).toEqual([[voicemail.announcement.id], []]);
    simulator.phones.hangup(caller);
    await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'ended');
    await eventually(async () => (await left(voicemail.announcement.id)).length === 1);
    await nothingKept();
  });

  it('finds a message that was left while our process was gone', async () => {
    await begin();
    const { id, caller } = await conversation();
    const voicemail = announcement('voicemail');
    await follow(id, [as(caller, null, voicemail)]);
    await types(caller, 'incoming', 'answered', 'hearing');
    await spoken(voicemail.announcement.id, 600);
    await end();
    simulator.phones.hangup(caller);
    await begin();
    await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'ended');
    await eventually(async () => (await left(voicemail.announcement.id)).length === 1);
    await nothingKept();
  });

  it.each(['before the storage has it', 'before it is told', 'before the engine has cleared it'])(
    'tells a message once where our process ends %s',
    async (when) => {
      const fails = async (): Promise<never> => {
        throw new Error('away');
      };
      const engine = when.includes('cleared') ? disturbed('deleteRecording', fails) : simulator;
      const storage: MediaStorage = {
        put: async (key, content, type) => {
          if (when.includes('told')) await files.put(key, content, type);
          return when.includes('cleared') ? files.put(key, content, type) : fails();
        },
        get: (key) => files.get(key),
        head: (key) => files.head(key),
        delete: (key) => files.delete(key),
      };
      await begin(engine, storage);
      const { id, caller } = await conversation();
      const voicemail = announcement('voicemail');
      await follow(id, [as(caller, null, voicemail)]);
      await spoken(voicemail.announcement.id, 600);
      simulator.phones.hangup(caller);
      await types(caller, 'incoming', 'answered', 'hearing', 'heard', 'ended');
      if (when.includes('cleared')) await eventually(async () => (await left(voicemail.announcement.id)).length === 1);
      if (when.includes('told')) await eventually(() => files.head(`voicemail/demo/${voicemail.announcement.id}.wav`));
      await end();
      expect(simulator.network.recordings.kept).toHaveLength(1);
      await begin();
      await eventually(async () => (await left(voicemail.announcement.id)).length === 1);
      await nothingKept();
      await eventually(async () => (await database.query('SELECT id FROM voicemail')).length === 0);
      expect(await left(voicemail.announcement.id)).toHaveLength(1);
    },
  );
});

describe('recording', () => {
  const held = { as: 'held' } as const;
  let wantSeq = 0;
  async function want(conversationId: string, what: 'OFF' | 'RECORDING' | 'PAUSED', consultations = false): Promise<number> {
    const told = { account: 'demo', conversationId, want: what, consultations, seq: (wantSeq += 1) };
    await database.transaction((tx) => wants.save(tx, told));
    switchboard.record(told);
    return told.seq;
  }
  const settled = (conversationId: string, seq: number): Promise<unknown> =>
    eventually(async () => {
      const facts = (await saved(`recorder-${conversationId}`)) as unknown as { seq: number }[];
      return facts.at(-1)?.seq === seq;
    });
  interface KeptSegment {
    readonly callId: string;
    readonly room: string;
    readonly heard: readonly { address: string }[];
    readonly seconds: number;
    readonly media: { readonly key: string };
  }
  const kept = async (conversationId: string): Promise<KeptSegment[]> =>
    (
      await database.query<{ event: KeptSegment }>(
        `SELECT body->'events'->0 AS event FROM outbox WHERE key LIKE 'segment-%' AND body->'events'->0->>'conversationId' = $1 ORDER BY body->'events'->0->>'startedAt'`,
        conversationId,
      )
    ).map(({ event }) => event);
  const keeps = (conversationId: string, ...expected: string[]): Promise<KeptSegment[]> =>
    eventually(
      () => kept(conversationId),
      (segments) =>
        segments.map(({ callId, heard }) => `${callId} ${heard.map(({ address }) => address).join(' ')}`).join() === expected.join(),
    );
  const lasting = (ms: number): Promise<unknown> => {
    const since = performance.now();
    return eventually(
      () => performance.now() - since,
      (passed) => passed >= ms,
    );
  };
  const running = (): readonly string[] => simulator.network.recordings.running.map(({ recordingId }) => recordingId);
  const cleared = (): Promise<unknown> =>
    eventually(
      async () => [await database.query('SELECT id FROM segment'), simulator.network.recordings.kept],
      ([rows, left]) => rows?.length === 0 && left?.length === 0,
    );
  const A = '+33612345678';
  const inCall = (callId: string, ...legs: Wiring['legs']): Wiring['legs'] => legs.map((leg) => ({ ...leg, callId }));

  async function talking(): Promise<{ id: string; caller: string; alice: string }> {
    const { id, caller } = await conversation();
    const alice = newId();
    await follow(id, [as(caller, null, main), as(alice, 'alice', main)]);
    await types(alice, 'ringing', 'answered', 'joined');
    await types(caller, 'incoming', 'answered', 'joined');
    return { id, caller, alice };
  }

  it('begins when it is wanted, has a hole where it is paused, and is told segment by segment', async () => {
    await begin();
    const { id, caller, alice } = await talking();
    await settled(id, await want(id, 'RECORDING'));
    expect(running()).toHaveLength(1);
    await lasting(600);
    await settled(id, await want(id, 'PAUSED'));
    expect(running()).toEqual([]);
    await settled(id, await want(id, 'RECORDING'));
    await lasting(600);
    await settled(id, await want(id, 'OFF'));
    const [first] = await keeps(id, `c1 ${A} alice`, `c1 ${A} alice`);
    expect(await files.head(first?.media.key ?? '')).not.toBeNull();
    simulator.phones.hangup(caller);
    await follow(id, [], [{ legId: alice, reason: 'hangup' }]);
    await cleared();
  });

  it('gives each party its own segment, and the new call what is said after a transfer', async () => {
    await begin();
    const { id, caller, alice } = await talking();
    await settled(id, await want(id, 'RECORDING'));
    await lasting(600);
    const bob = newId();
    await follow(id, [as(caller, null, held), as(bob, 'bob', ringing)], [{ legId: alice, reason: 'hangup' }]);
    await eventually(() => running().length === 0);
    await follow(id, [as(caller, null, main), as(bob, 'bob', main)]);
    await eventually(() => running().length === 1);
    const [segment] = running();
    await follow(id, inCall('c2', as(caller, null, main), as(bob, 'bob', main)));
    await lasting(600);
    expect(running()).toEqual([segment]);
    simulator.phones.hangup(caller);
    await follow(id, [], [{ legId: bob, reason: 'hangup' }]);
    await keeps(id, `c1 ${A} alice`, `c2 ${A} bob`);
    await settled(id, await want(id, 'OFF'));
    await cleared();
  });

  it.each([false, true])('records a consultation where that is wanted: %s', async (consultations) => {
    await begin();
    const { id, caller, alice } = await talking();
    await want(id, 'RECORDING', consultations);
    const bob = newId();
    const consultation = { as: 'talking', room: 'consultation' } as const;
    await follow(id, [as(caller, null, held), as(alice, 'alice', consultation), as(bob, 'bob', consultation)]);
    await eventually(() => [alice, bob].every((legId) => simulator.network.leg(legId)?.bridgeId === `consultation-${id}`));
    await eventually(() => running().length === (consultations ? 1 : 0));
    await lasting(600);
    await follow(
      id,
      [],
      [caller, alice, bob].map((legId) => ({ legId, reason: 'hangup' as const })),
    );
    const heard = (
      await eventually(
        () => kept(id),
        (segments) => segments.filter(({ room }) => room === 'consultation').length === (consultations ? 1 : 0),
      )
    ).filter(({ room }) => room === 'consultation');
    expect(heard.map((segment) => segment.heard.map(({ address }) => address).sort())).toEqual(consultations ? [['alice', 'bob']] : []);
    await cleared();
  });

  it('goes on over a restart of ours, and finds what ended meanwhile', async () => {
    await begin();
    const { id, caller, alice } = await talking();
    await settled(id, await want(id, 'RECORDING'));
    const [segment] = running();
    await end();
    await lasting(600);
    await begin();
    await follow(id, [as(caller, null, main), as(alice, 'alice', main)]);
    await settled(id, await want(id, 'RECORDING'));
    expect(running()).toEqual([segment]);
    await end();
    simulator.phones.hangup(caller);
    simulator.phones.hangup(alice);
    await begin();
    await keeps(id, `c1 ${A} alice`);
    await cleared();
  });

  it('takes the engine up where it was left, while that was away', async () => {
    await begin();
    const { id, caller } = await talking();
    simulator.cut();
    const seq = await want(id, 'RECORDING');
    await lasting(100);
    expect(await saved(`recorder-${id}`)).toEqual([]);
    simulator.restore();
    await settled(id, seq);
    await lasting(600);
    simulator.cut();
    simulator.phones.hangup(caller);
    simulator.restore();
    await keeps(id, `c1 ${A} alice`);
    await cleared();
  });
});

describe('phones', () => {
  const told = async (agentId: string): Promise<readonly (readonly [string, string])[][]> =>
    (
      await database.query<{ events: PhonesFact[] }>(
        `SELECT body->'events' AS events FROM outbox WHERE key = $1 ORDER BY seq`,
        `phones-${agentId}`,
      )
    ).flatMap(({ events }) => events.map(({ phones }) => phones.map(({ name, state }) => [name, state] as const)));
  const says = (agentId: string, ...expected: (readonly (readonly [string, string])[])[]): Promise<unknown> =>
    eventually(
      () => told(agentId),
      (seen) => JSON.stringify(seen) === JSON.stringify(expected),
    );

  it('are told of with each change, and after an absence once as they are', async () => {
    const agent = `agent-${newId()}`;
    simulator.network.plug(agent, true);
    await begin();
    await says(agent, [[agent, 'idle']]);
    const [{ id, caller }, leg] = [await conversation(), newId()];
    await follow(id, [as(caller, null, { as: 'waiting' }), as(leg, agent, ringing)]);
    await says(agent, [[agent, 'idle']], [[agent, 'ringing']]);
    await end();
    simulator.network.plug(`${agent}.web`, true);
    simulator.phones.reject(leg);
    await begin();
    const both = [[agent, 'idle'] as const, [`${agent}.web`, 'idle'] as const];
    await says(agent, [[agent, 'idle']], [[agent, 'ringing']], both);
    simulator.network.plug(agent, false);
    await says(agent, [[agent, 'idle']], [[agent, 'ringing']], both, [
      [agent, 'unreachable'],
      [`${agent}.web`, 'idle'],
    ]);
  });

  it('that the engine no longer knows are no longer told of', async () => {
    const agent = `agent-${newId()}`;
    simulator.network.plug(agent, true);
    await begin();
    await says(agent, [[agent, 'idle']]);
    await end();
    simulator.close();
    simulator = new Simulator();
    await begin();
    await says(agent, [[agent, 'idle']], []);
  });
});

describe('two engines', () => {
  let other: Simulator;
  beforeEach(async () => {
    other = new Simulator();
    await begin(new SideBySide([simulator, other]));
  });
  afterEach(() => other.close());

  const came = async (engine: Simulator) => {
    const { id: caller } = engine.phones.call('+33612345678', '+33187000001');
    await types(caller, 'incoming');
    return { caller, id: (await saved(caller))[0]?.conversationId ?? '' };
  };

  it('one of which is away: the other one’s calls go on, and of its own nothing is said until it is back', async () => {
    const [away, here] = [await came(simulator), await came(other)];
    const [alice, bob, carol] = [newId(), newId(), newId()];
    await follow(away.id, [as(away.caller, null, main), as(alice, 'alice', main)]);
    await types(alice, 'ringing', 'answered', 'joined');
    simulator.cut();
    await follow(here.id, [as(here.caller, null, main), as(bob, 'bob', main)]);
    await types(bob, 'ringing', 'answered', 'joined');
    await follow(away.id, [as(away.caller, null, { as: 'held' }), as(alice, 'alice', main), as(carol, 'carol', ringing)]);
    other.cut();
    other.restore(); // the picture is compared, and has nothing of the engine that is away
    await eventually(() => switchboard.inStep);
    simulator.phones.hangup(alice);
    await follow(here.id, [as(here.caller, null, main)], [{ legId: bob, reason: 'hangup' }]);
    await types(bob, 'ringing', 'answered', 'joined', 'left', 'ended');
    expect((await saved(alice)).at(-1)?.type).toBe('leg.joined');
    simulator.restore();
    await types(alice, 'ringing', 'answered', 'joined', 'left', 'ended');
    await types(carol, 'ringing');
    await eventually(() => simulator.network.leg(away.caller)?.held);
    expect([simulator, other].map(({ network }) => network.legs.map(({ id }) => id))).toEqual([[away.caller, carol], [here.caller]]);
  });
});
