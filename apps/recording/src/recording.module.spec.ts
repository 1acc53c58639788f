import {
  caughtUp,
  Envelope,
  NumberEntry,
  replay,
  subjectOf,
  type DirectoryEvent,
  type Media,
  type RecorderFact,
  type RoutingEvent,
  type TelephonyEvent,
  usualPolicy,
  noFiles,
} from '@cordboard/contracts';
import { LocalFiles } from '@cordboard/platform-media';
import { Bus } from '@cordboard/platform-messaging';
import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testDatabase, testKey, testNats, type TestDatabase, type TestKey, type TestNats } from '@cordboard/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingModule } from './recording.module.ts';

let database: TestDatabase;
let nats: TestNats;
let key: TestKey;
let service: RunningService;
let bus: Bus;
let mediaDir: string;
let files: LocalFiles;

beforeAll(async () => {
  [database, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  mediaDir = await mkdtemp(join(tmpdir(), 'cordboard-media-'));
  files = await LocalFiles.open(mediaDir);
  const env = {
    PORT: 0,
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    JWT_PUBLIC_KEY_FILE: key.publicKeyFile,
    MEDIA_DIR: mediaDir,
    PUBLIC_URL: 'http://calls.example:4000',
    RETENTION_SWEEP_SECONDS: 0.2,
  };
  service = await startService('recording', await RecordingModule.from(env), env);
  await eventually(async () => (await fetch(`${service.url}/health/ready`)).ok);
});
afterAll(async () => {
  await service?.close();
  await bus?.close();
  await Promise.all([nats?.stop(), database?.drop(), mediaDir && rm(mediaDir, { recursive: true })]);
});

/** Tells it once as routing or the directory would, and returns when recording has taken it into account. */
async function tell(
  source: 'routing' | 'directory' | 'telephony',
  about: string,
  events: readonly (RoutingEvent | DirectoryEvent | TelephonyEvent | RecorderFact)[],
  o: { account?: string; from?: number; at?: string } = {},
): Promise<void> {
  const { account = 'demo', from = 1, at = '2026-01-05T10:00:00.000Z' } = o;
  const seq = from + events.length - 1;
  await bus.stream(source);
  await bus.streams.publish(subjectOf(source, account, about), JSON.stringify({ source, account, key: about, from, seq, at, events }));
  expect(await bus.ask(caughtUp('recording'), { source, key: about, seq, waitMs: 10_000 }, 25_000)).toEqual({ seq });
}
const began = (callId: string, viaTransferId: string | null = null): RoutingEvent => ({
  type: 'call.began',
  callId,
  direction: 'INBOUND',
  caller: '+33611111111',
  lineId: 'main',
  entryNumberId: viaTransferId ? null : 'main',
  agentId: null,
  viaTransferId,
  callerAgentId: null,
});
const completed = (mode: 'COLD' | 'WARM', callId: string, newCallId: string): RoutingEvent => ({
  type: 'transfer.completed',
  transferId: `${newCallId}-t`,
  callId,
  transferorId: 'alice',
  mode,
  newCallId,
  targetAgentId: 'bob',
  target: { kind: 'AGENT', agentId: 'bob', teamId: null, numberId: null, contactId: null, phoneNumber: null, label: 'Bob' },
});
const policy = (recording: 'ON_DEMAND' | 'ALWAYS' | 'NEVER'): DirectoryEvent => ({
  type: 'policy.saved',
  policy: { ...usualPolicy, recording },
});

const bare = (id: string): NumberEntry =>
  NumberEntry.parse({
    id,
    label: id,
    e164: '+33187000009',
    distribution: [],
    dedicatedAgentId: null,
    dedicatedTeamId: null,
    voicemail: false,
    unavailabilityMessage: null,
  });

async function recordings(ids: readonly string[], account = 'demo'): Promise<unknown> {
  const query = `query ($calls: [_Any!]!) { _entities(representations: $calls) { ... on Call { id recording { state control lockedBecause } } } }`;
  const { data, errors } = await ask(query, { calls: ids.map((id) => ({ __typename: 'Call', id })) }, { sub: 'alice', account });
  if (errors) throw new Error(JSON.stringify(errors));
  return data._entities;
}

interface Answer {
  readonly data: Record<string, never>;
  readonly errors?: readonly { extensions: { code: string } }[];
}
async function ask(query: string, variables: object, who: Parameters<TestKey['token']>[0]): Promise<Answer> {
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await key.token(who)}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}
const FREE = { state: 'OFF', control: 'ALLOWED', lockedBecause: null };
const LOCKED = { state: 'OFF', control: 'LOCKED_BY_COLD_TRANSFER', lockedBecause: expect.any(String) };

it('S26 S28 locks the recording of the call that a cold transfer made, and leaves that of a warm one free', async () => {
  await tell('routing', 'k1', [began('k1-c1'), completed('COLD', 'k1-c1', 'k1-c2'), began('k1-c2', 'k1-c2-t')]);
  expect(await recordings(['k1-c1', 'k1-c2'])).toEqual([
    { id: 'k1-c1', recording: FREE },
    { id: 'k1-c2', recording: LOCKED },
  ]);
  await tell('routing', 'k1', [completed('WARM', 'k1-c2', 'k1-c3'), began('k1-c3', 'k1-c3-t')], { from: 4 });
  expect(await recordings(['k1-c2', 'k1-c3'])).toEqual([
    { id: 'k1-c2', recording: LOCKED },
    { id: 'k1-c3', recording: FREE },
  ]);
});

it('gives nothing for a call that it was not told of, or that another account has', async () => {
  expect(await recordings(['unheard-c1'])).toEqual([null]);
  expect(await recordings(['k1-c1'], 'other')).toEqual([null]);
});

it('is locked by a policy that records nothing, for that account alone and as long as it holds', async () => {
  await tell('routing', 'k2', [began('k2-c1')], { account: 'quiet' });
  await tell('directory', 'policy-quiet', [policy('NEVER')], { account: 'quiet' });
  expect(await recordings(['k2-c1'], 'quiet')).toEqual([
    { id: 'k2-c1', recording: { state: 'OFF', control: 'LOCKED_BY_POLICY', lockedBecause: expect.any(String) } },
  ]);
  expect(await recordings(['k1-c1'])).toEqual([{ id: 'k1-c1', recording: FREE }]);
  await tell('directory', 'policy-quiet', [policy('ON_DEMAND')], { account: 'quiet', from: 2 });
  expect(await recordings(['k2-c1'], 'quiet')).toEqual([{ id: 'k2-c1', recording: FREE }]);
});

describe('voicemails', () => {
  const number = (id: string, o: { agent?: string; team?: string } = {}): DirectoryEvent => ({
    type: 'number.saved',
    number: {
      id,
      label: id,
      e164: '+33187000001',
      distribution: [],
      greeting: null,
      voicemailMessage: null,
      language: null,
      files: noFiles,
      openingHours: null,
      dedicatedAgentId: o.agent ?? null,
      dedicatedTeamId: o.team ?? null,
      recording: null,
      voicemail: true,
      unavailabilityMessage: null,
    },
  });
  const team = (...memberIds: string[]): DirectoryEvent => ({
    type: 'team.saved',
    team: { id: 'support', name: 'Support', memberIds, dedicatedNumberId: 'support' },
  });
  const left = (id: string, numberId: string, media: Media): TelephonyEvent => ({
    type: 'voicemail.left',
    legId: `${id}-l1`,
    conversationId: id,
    callId: 'k1-c2',
    numberId,
    announcementId: id,
    from: '+33612345678',
    seconds: 1.25,
    media,
  });
  async function* said(text: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }

  const people = [
    { sub: 'bob', role: 'AGENT', hears: ['v4', 'v3', 'v1'] },
    { sub: 'dan', role: 'AGENT', hears: ['v3'] },
    { sub: 'alice', role: 'AGENT', hears: [] },
    { sub: 'sam', role: 'SUPERVISOR', hears: ['v4', 'v3', 'v2', 'v1'] },
    { sub: 'ada', role: 'ADMIN', hears: ['v4', 'v3', 'v2', 'v1'] },
  ] as const;
  const [bob, dan, , sam] = people;
  const list = async (who: Parameters<TestKey['token']>[0], args = ''): Promise<{ ids: string[]; more: boolean; end: string | null }> => {
    const { data, errors } = await ask(`{ voicemails${args} { edges { node { id } } pageInfo { hasNextPage endCursor } } }`, {}, who);
    if (errors) throw new Error(JSON.stringify(errors));
    const { edges, pageInfo } = data['voicemails'] as unknown as {
      edges: { node: { id: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
    return { ids: edges.map(({ node }) => node.id), more: pageInfo.hasNextPage, end: pageInfo.endCursor };
  };
  const urlOf = async (id: string, who: Parameters<TestKey['token']>[0]): Promise<URL> => {
    const { data } = await ask('query ($id: ID!) { voicemail(id: $id) { url } }', { id }, who);
    const url = new URL((data['voicemail'] as unknown as { url: string }).url);
    expect(url.origin).toBe('http://calls.example:4000');
    return new URL(`${url.pathname}${url.search}`, service.url);
  };

  beforeAll(async () => {
    await tell('directory', 'number-bob', [number('bob', { agent: 'bob' })]);
    await tell('directory', 'number-support', [number('support', { team: 'support' })]);
    await tell('directory', 'number-main', [number('main')]);
    await tell('directory', 'team-support', [team('bob', 'dan')]);
    for (const [i, numberId] of ['bob', 'main', 'support', 'bob'].entries()) {
      const id = `v${i + 1}`;
      const media = await files.put(`voicemail/demo/${id}.wav`, said(`message ${id}`), 'audio/wav');
      await tell('telephony', `voicemail-${id}`, [left(id, numberId, media)], { at: `2026-01-05T10:0${i}:00.000Z` });
    }
    const media = await files.put('voicemail/other/w1.wav', said('elsewhere'), 'audio/wav');
    await tell('telephony', 'voicemail-w1', [left('w1', 'bob', media)], { account: 'other' });
  });

  it.each(people)('S29 S30 shows $sub ($role) those that are theirs to hear, newest first', async ({ hears, ...who }) => {
    expect((await list(who)).ids).toEqual(hears);
    for (const id of ['v1', 'v2', 'v3', 'v4']) {
      const { data, errors } = await ask('query ($id: ID!) { voicemail(id: $id) { id } }', { id }, who);
      if (hears.some((heard) => heard === id)) expect(data).toEqual({ voicemail: { id } });
      else expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    }
  });

  it('says all there is to say of one', async () => {
    const { data } = await ask(
      '{ voicemail(id: "v1") { id number { id } call { id recording { control } } from seconds leftAt } }',
      {},
      bob,
    );
    expect(data['voicemail']).toEqual({
      id: 'v1',
      number: { id: 'bob' },
      call: { id: 'k1-c2', recording: { control: 'LOCKED_BY_COLD_TRANSFER' } },
      from: '+33612345678',
      seconds: 1.25,
      leftAt: '2026-01-05T10:00:00.000Z',
    });
  });

  it('gives them page by page, of one Number alone, and through the Number', async () => {
    const first = await list(sam, '(first: 3)');
    expect(first).toMatchObject({ ids: ['v4', 'v3', 'v2'], more: true });
    expect(await list(sam, `(first: 3, after: "${first.end}")`)).toMatchObject({ ids: ['v1'], more: false });
    expect((await list(sam, '(numberId: "bob")')).ids).toEqual(['v4', 'v1']);
    expect((await list(dan, '(numberId: "bob")')).ids).toEqual([]);
    const query =
      '{ _entities(representations: [{ __typename: "Number", id: "support" }]) { ... on Number { voicemails(first: 5) { edges { node { id } } } } } }';
    for (const [who, ids] of [
      [dan, ['v3']],
      [{ sub: 'alice' }, []],
    ] as const)
      expect((await ask(query, {}, who)).data).toEqual({ _entities: [{ voicemails: { edges: ids.map((id) => ({ node: { id } })) } }] });
  });

  it('S30 goes by whose the Number is now', async () => {
    await tell('directory', 'team-support', [team('bob', 'carol')], { from: 2 });
    expect([(await list(dan)).ids, (await list({ sub: 'carol' })).ids]).toEqual([[], ['v3']]);
    await tell('directory', 'team-support', [team('bob', 'dan')], { from: 3 });
    expect([(await list(dan)).ids, (await list({ sub: 'carol' })).ids]).toEqual([['v3'], []]);
  });

  it('shows nothing of another account', async () => {
    const elsewhere = { sub: 'bob', account: 'other', role: 'ADMIN' } as const;
    expect((await list(elsewhere)).ids).toEqual(['w1']);
    expect((await ask('{ voicemail(id: "v1") { id } }', {}, elsewhere)).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('can be listened to, whole and in parts', async () => {
    const url = await urlOf('v1', bob);
    const whole = await fetch(url);
    expect([whole.status, await whole.text()]).toEqual([200, 'message v1']);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
    });
    const part = await fetch(url, { headers: { range: 'bytes=8-' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 8-9/10', 'v1']);
    const etag = whole.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    const again = async (headers: Record<string, string>) => {
      const response = await fetch(url, { headers: { range: 'bytes=8-', ...headers } });
      return [response.status, await response.text()];
    };
    expect(await again({ 'if-range': etag })).toEqual([206, 'v1']);
    expect(await again({ 'if-range': '"another"' })).toEqual([200, 'message v1']);
    expect(await again({ 'if-range': `W/${etag}` })).toEqual([200, 'message v1']);
    expect(await again({ 'if-range': 'Sat, 29 Oct 1994 19:43:31 GMT' })).toEqual([200, 'message v1']);
    expect(await again({ 'if-none-match': `"x", ${etag}` })).toEqual([304, '']);
    const behind = await fetch(url, { headers: { range: 'bytes=10-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
  });

  it('cannot be listened to by an address that was changed, or was never given', async () => {
    const url = await urlOf('v1', bob);
    const other = new URL(url);
    other.pathname = '/media/voicemail/demo/v2.wav';
    expect((await fetch(other)).status).toBe(403);
    const later = new URL(url);
    later.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 3_600));
    expect((await fetch(later)).status).toBe(403);
    expect((await fetch(`${service.url}/media/voicemail/demo/v1.wav`)).status).toBe(403);
    expect((await fetch(`${service.url}/media/..%2f.url-secret`)).status).toBe(403);
  });

  it('says that a file is gone', async () => {
    const url = await urlOf('v4', bob);
    await files.delete('voicemail/demo/v4.wav');
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('the switch', () => {
  const answered = (callId: string, agentId: string): RoutingEvent => ({ type: 'call.answered', callId, agentId });
  const mutation = (how: string, callId: string, sub = 'alice', account = 'demo') =>
    ask(
      `mutation ($id: ID!) { done: ${how}Recording(callId: $id) { __typename ... on Call { recording { state } } ... on Refused { code } } }`,
      { id: callId },
      { sub, account },
    );
  /** What telephony was told last of a conversation, and the number of that. */
  const wanted = async (conversationId: string): Promise<{ seq: number; want: string; consultations: boolean } | undefined> => {
    const { envelopes } = await bus.ask(replay('recording'), { key: conversationId, from: 1, to: 1_000 }, 20_000);
    return envelopes
      .map((envelope) => Envelope.parse(envelope))
      .flatMap(({ seq, events }) => events.filter(({ type }) => type === 'recording.wanted').map((event) => ({ seq, ...event })))
      .at(-1) as never;
  };
  /** The engine does what was wanted last. */
  const obeys = async (conversationId: string, want: string, told: number): Promise<void> => {
    const { seq } = (await eventually(
      () => wanted(conversationId),
      (last) => last?.want === want,
    )) as { seq: number };
    await tell('telephony', `recorder-${conversationId}`, [{ type: 'recording.settled', conversationId, seq }], { from: told });
  };

  it('answers when the engine does it', async () => {
    await tell('routing', 's1', [began('s1-c1'), answered('s1-c1', 'alice')]);
    const [done] = await Promise.all([mutation('start', 's1-c1'), obeys('s1', 'RECORDING', 1)]);
    expect(done.data).toEqual({ done: { __typename: 'Call', recording: { state: 'RECORDING' } } });
    expect((await mutation('start', 's1-c1')).data).toEqual({ done: { __typename: 'Call', recording: { state: 'RECORDING' } } });
    await tell(
      'routing',
      's1',
      [
        {
          type: 'call.ended',
          callId: 's1-c1',
          agentId: 'alice',
          answered: true,
          direction: 'INBOUND',
          how: 'CALLER_HUNG_UP',
          viaTransferId: null,
        },
      ],
      {
        from: 3,
      },
    );
    expect(await wanted('s1')).toMatchObject({ want: 'OFF' });
    expect((await mutation('stop', 's1-c1')).data).toMatchObject({ done: { code: 'ALREADY_ENDED' } });
  });

  it('says that the engine does not do it, and what holds', async () => {
    await tell('routing', 's2', [began('s2-c1'), answered('s2-c1', 'alice')]);
    expect((await mutation('start', 's2-c1')).errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', state: { id: 's2-c1', recording: { state: 'RECORDING' } } } },
    ]);
    await obeys('s2', 'RECORDING', 1);
    expect((await mutation('start', 's2-c1')).data).toMatchObject({ done: { __typename: 'Call' } });
  }, 15_000);

  it('is their own, and a supervisor’s; others do not see the call', async () => {
    await tell('routing', 's3', [began('s3-c1'), answered('s3-c1', 'alice')]);
    expect((await mutation('start', 's3-c1', 'bob')).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect((await mutation('start', 's3-c1', 'alice', 'other')).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const query = 'mutation { stopRecording(callId: "s3-c1") { __typename } }';
    expect((await ask(query, {}, { sub: 'sam', role: 'SUPERVISOR' })).data).toEqual({ stopRecording: { __typename: 'Call' } });
  });

  it('goes by what the Number says before what the account says, and tells whether consultations are wanted', async () => {
    await tell(
      'directory',
      'policy-third',
      [{ type: 'policy.saved', policy: { ...usualPolicy, recording: 'NEVER', consultationsRecorded: true } }],
      {
        account: 'third',
      },
    );
    await tell('directory', 'number-third', [{ type: 'number.saved', number: { ...bare('third-line'), recording: 'ALWAYS' } }], {
      account: 'third',
    });
    const onThird = { ...began('s4-c1'), lineId: 'third-line' } as RoutingEvent;
    await tell('routing', 's4', [onThird, answered('s4-c1', 'alice')], { account: 'third' });
    expect(await wanted('s4')).toMatchObject({ want: 'RECORDING', consultations: true });
    await tell('routing', 's5', [began('s5-c1'), answered('s5-c1', 'alice')], { account: 'third' });
    expect(await wanted('s5')).toBeUndefined();
    expect((await mutation('start', 's5-c1', 'alice', 'third')).data).toMatchObject({ done: { code: 'RECORDING_LOCKED' } });
  });
});

describe('what was recorded', () => {
  const kept = (segmentId: string, callId: string, media: Media, startedAt: string): RecorderFact => ({
    type: 'recording.kept',
    segmentId,
    conversationId: callId.replace(/-c\d+$/, ''),
    callId,
    room: 'main',
    heard: [
      { address: '+33612345678', agentId: null },
      { address: 'alice', agentId: 'alice' },
    ],
    startedAt,
    seconds: 1,
    media,
  });
  const wavOf = async function* (...samples: number[]): AsyncGenerator<Uint8Array> {
    const head = Buffer.alloc(44);
    head.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
    head.writeUInt32LE(16, 16);
    head.write('data', 36, 'latin1');
    head.writeUInt32LE(samples.length * 2, 40);
    yield Buffer.concat([head, Buffer.from(Int16Array.from(samples).buffer)]);
  };
  async function record(callId: string, startedAt: string, account: string, ...parts: readonly number[][]): Promise<string[]> {
    const keys: string[] = [];
    for (const [i, samples] of parts.entries()) {
      const id = `segment-${callId}-${i}`;
      const media = await files.put(`recording/${account}/${id}.wav`, wavOf(...samples), 'audio/wav');
      await tell('telephony', id, [kept(id, callId, media, startedAt.replace(/\d\d\.000Z$/, `${10 + i}.000Z`))], { account });
      keys.push(media.key);
    }
    return keys;
  }
  const recording = async (id: string, who: Parameters<TestKey['token']>[0]) =>
    (await ask(
      'query ($id: ID!) { recording(id: $id) { url seconds call { id } agent { id } segments { startedAt } } }',
      { id },
      who,
    )) as Answer & {
      data: { recording: { url: string } };
    };
  const ada = { sub: 'ada', role: 'ADMIN' } as const;

  it('is heard as one file, whole and in parts', async () => {
    await tell('routing', 'r1', [began('r1-c1'), { type: 'call.answered', callId: 'r1-c1', agentId: 'alice' }]);
    await record('r1-c1', '2026-01-05T10:00:00.000Z', 'demo', [1, 2, 3], [4, 5]);
    const { data } = await recording('r1-c1-r', { sub: 'alice' });
    expect(data.recording).toMatchObject({
      seconds: 2,
      call: { id: 'r1-c1' },
      agent: { id: 'alice' },
      segments: [{ startedAt: '2026-01-05T10:00:10.000Z' }, { startedAt: '2026-01-05T10:00:11.000Z' }],
    });
    const url = data.recording.url.replace(/^http:..calls.example:4000/, service.url);
    const file = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect([file.toString('latin1', 0, 4), file.readUInt32LE(4), file.readUInt32LE(40)]).toEqual(['RIFF', 46, 10]);
    expect([44, 46, 48, 50, 52].map((at) => file.readInt16LE(at))).toEqual([1, 2, 3, 4, 5]);
    for (const [from, to] of [
      [0, 53],
      [40, 47],
      [48, 51],
      [50, 50],
      [43, 44],
    ] as const) {
      const part = await fetch(url, { headers: { range: `bytes=${from}-${to}` } });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to}/54`]);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(file.subarray(from, to + 1));
    }
  });

  it('is filtered, and newest first', async () => {
    await tell('routing', 'r2', [began('r2-c1'), { type: 'call.answered', callId: 'r2-c1', agentId: 'bob' }]);
    await record('r2-c1', '2026-01-06T10:00:00.000Z', 'demo', [1]);
    const ids = async (filter: string): Promise<string[]> =>
      (
        (await ask(`{ recordings(filter: { ${filter} }) { edges { node { id } } } }`, {}, ada)).data as unknown as {
          recordings: { edges: { node: { id: string } }[] };
        }
      ).recordings.edges.map(({ node }) => node.id);
    expect(await ids('numberId: "main"')).toEqual(['r2-c1-r', 'r1-c1-r']);
    expect(await ids('agentId: "bob"')).toEqual(['r2-c1-r']);
    expect(await ids('callId: "r1-c1"')).toEqual(['r1-c1-r']);
    expect(await ids('conversationId: "r2"')).toEqual(['r2-c1-r']);
    expect(await ids('from: "2026-01-06T00:00:00Z"')).toEqual(['r2-c1-r']);
    expect(await ids('to: "2026-01-06T00:00:00Z"')).toEqual(['r1-c1-r']);
    expect(await ids('numberId: "quiet"')).toEqual([]);
  });

  it('is deleted when its time is over, with voicemails, and that is proven; what is held is not', async () => {
    const account = 'brief';
    const admin = { sub: 'eve', role: 'ADMIN', account } as const;
    const now = new Date().toISOString();
    const [old] = await record('t1-c1', '2026-01-05T10:00:00.000Z', account, [1]);
    const [held] = await record('t2-c1', '2026-01-05T10:00:00.000Z', account, [2]);
    const [young] = await record('t3-c1', now, account, [3]);
    const message = await files.put('voicemail/brief/m1.wav', wavOf(4), 'audio/wav');
    await tell(
      'telephony',
      'voicemail-m1',
      [
        {
          type: 'voicemail.left',
          legId: 'l',
          conversationId: 't4',
          callId: 't4-c1',
          numberId: 'x',
          announcementId: 'm1',
          from: '+33612345678',
          seconds: 1,
          media: message,
        },
      ],
      { account, at: '2026-01-05T10:00:00.000Z' },
    );
    const hold = 'mutation { setLegalHold(recordingId: "t2-c1-r", on: true) { ... on Recording { legalHold } } }';
    expect((await ask(hold, {}, admin)).data).toEqual({ setLegalHold: { legalHold: true } });
    await tell('directory', 'policy-brief', [{ type: 'policy.saved', policy: { ...usualPolicy, recordingDays: 30 } }], { account });

    const there = (): Promise<boolean[]> =>
      Promise.all([old, held, young, message.key].map(async (key) => (await files.head(key ?? '')) !== null));
    const codeOf = async (id: string): Promise<string> =>
      (await ask(`{ recording(id: "${id}-c1-r") { id } }`, {}, admin)).errors?.[0]?.extensions.code ?? 'THERE';
    const codes = (): Promise<string[]> => Promise.all(['t1', 't2', 't3'].map(codeOf));
    await eventually(codes, (seen) => seen[0] === 'NOT_FOUND');
    await eventually(there, (seen) => seen.join() === 'false,true,true,false');
    expect(await codes()).toEqual(['NOT_FOUND', 'THERE', 'THERE']);
    const done = async (id: string): Promise<unknown> =>
      (await ask(`{ recordingAccess(recordingId: "${id}", first: 1) { edges { node { what agent { id } } } } }`, {}, admin)).data;
    for (const id of ['t1-c1-r', 'm1'])
      expect(await eventually(() => done(id), Boolean)).toEqual({
        recordingAccess: { edges: [{ node: { what: 'RETENTION', agent: null } }] },
      });

    await ask(hold.replace('true', 'false'), {}, admin);
    await eventually(codes, (seen) => seen[1] === 'NOT_FOUND');
    expect(await there()).toEqual([false, false, true, false]);
  });

  it.each([
    ['x', 'y'],
    ['x'],
    ['2026-01-05T10:00:00.000Z'],
    ['9999999999999999999', 'x'],
    ['9999999999999999999'],
    ['2026-01-05T10:00:00.000Z', '\0'],
  ])('and the other lists refuse a cursor that is not theirs: %j', async (...place) => {
    const after = Buffer.from(JSON.stringify(place)).toString('base64url');
    for (const list of ['voicemails(', 'recordings(', 'recordingAccess(recordingId: "m1", '])
      expect((await ask(`{ ${list}after: "${after}") { edges { cursor } } }`, {}, ada)).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ]);
  });

  it('can be looked into by administrators alone', async () => {
    for (const query of [
      '{ recordingAccess(recordingId: "r1-c1-r") { edges { cursor } } }',
      'mutation { deleteRecording(recordingId: "r1-c1-r") { __typename } }',
    ])
      for (const role of ['AGENT', 'SUPERVISOR'] as const)
        expect((await ask(query, {}, { sub: 'alice', role })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await ask('{ recordingAccess(recordingId: "never") { edges { cursor } } }', {}, ada)).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
  });
});
