import { Envelope, subjectOf, TelephonyEvent, type Told, type Wiring } from '@cordboard/contracts';
import { Bus, Feed } from '@cordboard/platform-messaging';
import { newId, startService, type RunningService } from '@cordboard/platform-process';
import { eventually, freePort, testDatabase, testNats, type TestDatabase, type TestNats } from '@cordboard/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './database.store.ts';
import { TelephonyModule } from './telephony.module.ts';

const CALLER = '+33612345678';
const LINE = '+33187000001';

let database: TestDatabase;
let nats: TestNats;
let bus: Bus;
let feed: Feed;
let service: RunningService;
let control: string;
let told: Told<TelephonyEvent>[];
let mediaDir: string;

beforeAll(async () => {
  [database, nats, mediaDir] = await Promise.all([testDatabase(), testNats(), mkdtemp(join(tmpdir(), 'cordboard-media-'))]);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  feed = new Feed(bus, 'telephony', {
    told: ({ told: envelope }) => void told.push({ ...envelope, events: envelope.events.map((event) => TelephonyEvent.parse(event)) }),
    lost: () => undefined,
  });
  told = [];
  await feed.start();
  service = await start();
});
afterAll(async () => {
  await service?.close();
  await feed?.stop();
  await bus?.close();
  await Promise.all([nats?.stop(), database?.drop(), mediaDir && rm(mediaDir, { recursive: true })]);
});
beforeEach(() => (told = []));

async function start(): Promise<RunningService> {
  const env = {
    PORT: 0,
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    MEDIA_DIR: mediaDir,
    ENGINE: 'simulator' as const,
    SIMULATOR_HOST: '127.0.0.1',
    SIMULATOR_PORT: await freePort(),
    ACCOUNT: 'demo',
    NODE_ENV: undefined,
    ASTERISK_USER: 'cordboard',
    ASTERISK_TRUNK: 'trunk',
    ASTERISK_SOUND_LANGUAGES: [],
    SPEECH: 'none' as const,
    SPEECH_COMMAND: 'espeak-ng',
    SPEECH_LANGUAGE: 'fr',
  };
  control = `http://127.0.0.1:${env.SIMULATOR_PORT}`;
  return startService('telephony', await TelephonyModule.from(env), env);
}

interface Shown {
  readonly id: string;
  readonly address: string;
  readonly state: string;
  readonly held: boolean;
  readonly callId: string | null;
  readonly display: string | null;
  readonly hears: readonly string[];
}
const phone = async (method: string, path: string, body?: object): Promise<never> =>
  (await (await fetch(`${control}${path}`, { method, body: body ? JSON.stringify(body) : null })).json()) as never;
const legs = (): Promise<readonly Shown[]> => phone('GET', '/legs');
const leg = async (id: string): Promise<Shown | undefined> => (await legs()).find((one) => one.id === id);

const facts = (legId: string): TelephonyEvent[] => told.filter(({ key }) => key === legId).flatMap(({ events }) => events);
const fact = (legId: string, type: TelephonyEvent['type']): Promise<TelephonyEvent> =>
  eventually(() => facts(legId).find((event) => event.type === type), Boolean) as Promise<TelephonyEvent>;
const typesOf = (legId: string): string[] => facts(legId).map(({ type }) => type);
/** These facts are told, and by then no others were. */
const tells = (legId: string, ...types: string[]): Promise<string[]> =>
  eventually(
    () => typesOf(legId),
    (told) => told.join() === types.join(),
  );

/** What routing would say of one conversation, from its own numbering. */
class Routing {
  private seq = 0;
  constructor(readonly conversationId: string) {}

  async wants(legsWanted: Wiring['legs'], ended: Wiring['ended'] = []): Promise<void> {
    await this.publish(this.next(legsWanted, ended));
  }

  next(legsWanted: Wiring['legs'], ended: Wiring['ended'] = []): Envelope {
    this.seq += 1;
    const wiring: Wiring = { conversationId: this.conversationId, legs: legsWanted, ended };
    return {
      source: 'routing',
      account: 'demo',
      key: this.conversationId,
      from: this.seq,
      seq: this.seq,
      at: new Date().toISOString(),
      events: [{ type: 'wiring.changed', wiring }],
    };
  }

  async publish(envelope: Envelope): Promise<void> {
    await bus.stream('routing');
    await bus.streams.publish(subjectOf('routing', 'demo', this.conversationId), JSON.stringify(Envelope.parse(envelope)));
  }
}

const as = (legId: string, agentId: string | null, want: Wiring['legs'][number]['want'], callId = 'c1'): Wiring['legs'][number] => ({
  legId,
  agentId,
  address: agentId ?? CALLER,
  callId,
  want,
  displayNumber: null,
});
const ringing = { as: 'ringing', displayNumber: CALLER, displayName: 'Somebody' } as const;
const main = { as: 'talking', room: 'main' } as const;

async function called(): Promise<{ caller: string; routing: Routing }> {
  const { legId } = (await phone('POST', '/calls', { from: CALLER, to: LINE })) as { legId: string };
  const { conversationId } = await fact(legId, 'leg.incoming');
  return { caller: legId, routing: new Routing(conversationId) };
}

/** A caller and an agent who hear each other. */
async function talking(agent = 'alice'): Promise<{ caller: string; agentLeg: string; routing: Routing }> {
  const { caller, routing } = await called();
  const agentLeg = newId();
  await routing.wants([as(caller, null, { as: 'waiting' }), as(agentLeg, agent, ringing)]);
  await fact(agentLeg, 'leg.ringing');
  await routing.wants([as(caller, null, main), as(agentLeg, agent, main)]);
  await eventually(
    async () => [(await leg(caller))?.hears, (await leg(agentLeg))?.hears],
    (heard) => JSON.stringify(heard) === JSON.stringify([[agentLeg], [caller]]),
  );
  return { caller, agentLeg, routing };
}

/** Whatever happened: a leg's facts are numbered from 1 without a gap or an overlap. */
function numberedWithoutGaps(legId: string): void {
  const envelopes = told.filter(({ key }) => key === legId).sort((a, b) => a.from - b.from);
  expect(envelopes.map(({ from }) => from)).toEqual([1, ...envelopes.slice(0, -1).map(({ seq }) => seq + 1)]);
  for (const { from, seq, events } of envelopes) expect(events).toHaveLength(seq - from + 1);
}

describe('telephony', () => {
  it('is ready once the engine is there and routing has been heard', async () => {
    await eventually(
      async () => (await fetch(`${service.url}/health/ready`)).status,
      (status) => status === 200,
    );
  });

  it('tells a call, rings, connects, and tells the end, each leg in its own numbering', async () => {
    const { caller, agentLeg, routing } = await talking();
    expect(await fact(caller, 'leg.incoming')).toMatchObject({ from: CALLER, to: LINE, conversationId: routing.conversationId });
    expect(await leg(agentLeg)).toMatchObject({ address: 'alice', party: 'alice', callId: 'c1', display: CALLER });
    await phone('POST', `/legs/${caller}/hangup`);
    await fact(caller, 'leg.ended');
    await routing.wants([], [{ legId: agentLeg, reason: 'hangup' }]);
    expect(await fact(agentLeg, 'leg.ended')).toMatchObject({ reason: 'hangup', by: 'us', answered: true });
    await tells(caller, 'leg.incoming', 'leg.answered', 'leg.joined', 'leg.left', 'leg.ended');
    await tells(agentLeg, 'leg.ringing', 'leg.answered', 'leg.joined', 'leg.left', 'leg.ended');
    numberedWithoutGaps(caller);
    numberedWithoutGaps(agentLeg);
    const own = await openDatabase(database.url);
    await eventually(
      () => own.query<{ live: boolean }>('SELECT live FROM wiring WHERE conversation_id = $1', routing.conversationId),
      ([row]) => row?.live === false,
    );
    await own.close();
  });

  it('follows a warm transfer from the consultation to its completion', async () => {
    const { caller, agentLeg, routing } = await talking();
    const target = newId();
    const consultation = { as: 'talking', room: 'consultation' } as const;
    await routing.wants([
      as(caller, null, { as: 'held' }),
      as(agentLeg, 'alice', consultation),
      as(target, 'bob', { ...ringing, displayNumber: '101' }),
    ]);
    await fact(target, 'leg.ringing');
    expect(await leg(target)).toMatchObject({ display: '101' });
    await phone('POST', `/legs/${target}/answer`);
    await routing.wants([as(caller, null, { as: 'held' }), as(agentLeg, 'alice', consultation), as(target, 'bob', consultation)]);
    await eventually(
      async () => [(await leg(caller))?.hears, (await leg(agentLeg))?.hears, (await leg(target))?.hears],
      (heard) => JSON.stringify(heard) === JSON.stringify([['music'], [target], [agentLeg]]),
    );
    await routing.wants(
      [as(caller, null, main, 'c2'), { ...as(target, 'bob', main, 'c2'), displayNumber: CALLER }],
      [{ legId: agentLeg, reason: 'hangup' }],
    );
    await eventually(
      async () => (await legs()).map(({ id, hears }) => [id, hears]),
      (heard) =>
        JSON.stringify(heard) ===
        JSON.stringify([
          [caller, [target]],
          [target, [caller]],
        ]),
    );
    await eventually(
      () => leg(target),
      (shown) => shown?.display === CALLER && shown.callId === 'c2',
    );
    await tells(caller, 'leg.incoming', 'leg.answered', 'leg.joined', 'leg.held', 'leg.retrieved');
    await routing.wants([], [{ legId: caller, reason: 'hangup' }]);
    await eventually(legs, (left) => left.length === 0);
  });

  it('does not act on a picture before those that came before it', async () => {
    const { caller, routing } = await called();
    const [agentLeg, other] = [newId(), newId()];
    const first = routing.next([as(caller, null, { as: 'waiting' }), as(agentLeg, 'alice', ringing)]);
    await routing.publish(
      routing.next([as(caller, null, { as: 'waiting' }), as(other, 'bob', ringing)], [{ legId: agentLeg, reason: 'no_answer' }]),
    );
    await routing.publish(first);
    await fact(other, 'leg.ringing');
    await routing.publish(first);
    await routing.wants([], []);
    await fact(other, 'leg.ended');
    await eventually(
      () => typesOf(agentLeg).join(),
      (types) => ['', 'leg.ringing,leg.ended'].includes(types),
    );
    expect(await legs()).toHaveLength(0);
    await tells(other, 'leg.ringing', 'leg.ended');
  });

  it('tells what happened while the engine was away, and then does what was decided meanwhile', async () => {
    const { caller, agentLeg, routing } = await talking();
    const target = newId();
    await routing.wants([as(caller, null, main), as(agentLeg, 'alice', main), as(target, 'bob', ringing)]);
    await fact(target, 'leg.ringing');
    await phone('DELETE', '/engine');
    await phone('POST', `/legs/${target}/answer`);
    await phone('POST', `/legs/${agentLeg}/hangup`);
    const { legId: second } = (await phone('POST', '/calls', { from: '+33612000000', to: LINE })) as { legId: string };
    await routing.wants([as(caller, null, main), as(target, 'bob', main)], [{ legId: agentLeg, reason: 'hangup' }]);
    await eventually(
      async () => (await fetch(`${service.url}/health/ready`)).status,
      (status) => status === 503,
    );
    expect(typesOf(target)).toEqual(['leg.ringing']);
    await phone('POST', '/engine');
    expect(await fact(agentLeg, 'leg.ended')).toMatchObject({ reason: 'lost', by: 'engine', answered: true });
    await fact(target, 'leg.joined');
    await tells(target, 'leg.ringing', 'leg.answered', 'leg.joined');
    expect(await fact(second, 'leg.incoming')).toMatchObject({ from: '+33612000000', to: LINE });
    expect(await leg(caller)).toMatchObject({ hears: [target] });
    for (const legId of [caller, agentLeg, target, second]) numberedWithoutGaps(legId);
    await phone('POST', `/legs/${second}/hangup`);
    await routing.wants([]);
    await eventually(legs, (left) => left.length === 0);
  });

  it('tells every leg lost when the engine died', async () => {
    const { caller, agentLeg, routing } = await talking();
    await phone('POST', '/engine/restart');
    expect(await fact(caller, 'leg.ended')).toMatchObject({ reason: 'lost' });
    expect(await fact(agentLeg, 'leg.ended')).toMatchObject({ reason: 'lost' });
    await routing.wants([]);
  });

  it('tells its facts once NATS is back', async () => {
    const { caller, agentLeg, routing } = await talking();
    await nats.kill();
    await phone('POST', `/legs/${caller}/hangup`);
    await nats.start();
    await fact(caller, 'leg.ended');
    await routing.wants([], [{ legId: agentLeg, reason: 'hangup' }]);
    await fact(agentLeg, 'leg.ended');
    for (const legId of [caller, agentLeg]) numberedWithoutGaps(legId);
  });

  it('greets a caller, rings an agent’s own number, and takes a message when nobody answers', async () => {
    const { caller, routing } = await called();
    const announced = (what: 'greeting' | 'voicemail') =>
      ({
        as: 'hearing',
        announcement: { id: `${routing.conversationId}-${what}`, what, numberId: 'support', text: null, file: null, language: null },
      }) as const;
    const hears = (expected: string): Promise<unknown> =>
      eventually(
        async () => (await leg(caller))?.hears.join(),
        (heard) => heard === expected,
      );
    await routing.wants([as(caller, null, announced('greeting'))]);
    await hears('greeting');
    expect(await fact(caller, 'leg.heard')).toMatchObject({ announcementId: `${routing.conversationId}-greeting`, whole: true });
    const forwarded = newId();
    await routing.wants([as(caller, null, { as: 'waiting' }), { ...as(forwarded, 'carol', ringing), address: '+33699999999' }]);
    await fact(forwarded, 'leg.ringing');
    expect(await leg(forwarded)).toMatchObject({ address: '+33699999999', party: 'external' });
    await hears('ringback');
    await routing.wants([as(caller, null, announced('voicemail'))], [{ legId: forwarded, reason: 'no_answer' }]);
    await hears('voicemail');
    const since = performance.now();
    await eventually(() => performance.now() - since > 1_200);
    await hears('voicemail');
    await phone('POST', `/legs/${caller}/hangup`);
    await tells(caller, 'leg.incoming', 'leg.answered', 'leg.hearing', 'leg.heard', 'leg.hearing', 'leg.heard', 'leg.ended');
    const message = `voicemail-${routing.conversationId}-voicemail`;
    expect(await fact(message, 'voicemail.left')).toMatchObject({ legId: caller, callId: 'c1', numberId: 'support', from: CALLER });
    numberedWithoutGaps(caller);
    numberedWithoutGaps(message);
    await routing.wants([]);
  });

  it('comes back from a restart, tells what ended with it and dials nobody twice', async () => {
    const { caller, agentLeg } = await talking();
    await service.close();
    service = await start();
    expect(await fact(caller, 'leg.ended')).toMatchObject({ reason: 'lost', answered: true });
    expect(await fact(agentLeg, 'leg.ended')).toMatchObject({ reason: 'lost', answered: true });
    expect(await legs()).toEqual([]);
    await talking('bob');
  });
});

it('a second one waits, ready, and takes over when the first one goes: its network is called', async () => {
  const first = control;
  const second = await start();
  expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
  const call = async (at: string) =>
    (await fetch(`${at}/calls`, { method: 'POST', body: JSON.stringify({ from: CALLER, to: LINE }) })).json() as Promise<{ legId: string }>;
  await tells((await call(first)).legId, 'leg.incoming');
  await service.close();
  service = second;
  await eventually(async () => {
    const { legId } = await call(control);
    return eventually(() => typesOf(legId)[0], Boolean, 500).catch(() => undefined);
  });
});
