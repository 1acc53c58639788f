import {
  caughtUp,
  subjectOf,
  type DirectoryEvent,
  type Media,
  type RoutingEvent,
  type TelephonyEvent,
  usualPolicy,
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
  events: readonly (RoutingEvent | DirectoryEvent | TelephonyEvent)[],
  o: { account?: string; from?: number; at?: string } = {},
): Promise<void> {
  const { account = 'demo', from = 1, at = '2026-01-05T10:00:00.000Z' } = o;
  const seq = from + events.length - 1;
  await bus.stream(source);
  await bus.streams.publish(subjectOf(source, account, about), JSON.stringify({ source, account, key: about, from, seq, at, events }));
  expect(await bus.ask(caughtUp('recording'), { source, key: about, seq, waitMs: 5_000 }, 6_000)).toEqual({ seq });
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
