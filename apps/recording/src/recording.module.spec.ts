import { caughtUp, subjectOf, type DirectoryEvent, type RoutingEvent } from '@cordboard/contracts';
import { Bus } from '@cordboard/platform-messaging';
import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testDatabase, testKey, testNats, type TestDatabase, type TestKey, type TestNats } from '@cordboard/testing';
import { RecordingModule } from './recording.module.ts';

let database: TestDatabase;
let nats: TestNats;
let key: TestKey;
let service: RunningService;
let bus: Bus;

beforeAll(async () => {
  [database, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  const env = { PORT: 0, HOST: '127.0.0.1', DATABASE_URL: database.url, NATS_URL: nats.url, JWT_PUBLIC_KEY_FILE: key.publicKeyFile };
  service = await startService('recording', await RecordingModule.from(env), env);
  await eventually(async () => (await fetch(`${service.url}/health/ready`)).ok);
});
afterAll(async () => {
  await service?.close();
  await bus?.close();
  await Promise.all([nats?.stop(), database?.drop()]);
});

/** Tells it once as routing or the directory would, and returns when recording has taken it into account. */
async function tell(
  source: 'routing' | 'directory',
  about: string,
  events: readonly (RoutingEvent | DirectoryEvent)[],
  o: { account?: string; from?: number } = {},
): Promise<void> {
  const { account = 'demo', from = 1 } = o;
  const seq = from + events.length - 1;
  await bus.stream(source);
  await bus.streams.publish(
    subjectOf(source, account, about),
    JSON.stringify({ source, account, key: about, from, seq, at: '2026-01-05T10:00:00.000Z', events }),
  );
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
  policy: { ringSeconds: 30, wrapUpSeconds: 30, tagRequired: false, allowedCountries: [], blockedNumbers: [], recording },
});

async function recordings(ids: readonly string[], account = 'demo'): Promise<unknown> {
  const query = `query ($calls: [_Any!]!) { _entities(representations: $calls) { ... on Call { id recording { state control lockedBecause } } } }`;
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await key.token({ sub: 'alice', account })}` },
    body: JSON.stringify({ query, variables: { calls: ids.map((id) => ({ __typename: 'Call', id })) } }),
  });
  const answer = (await response.json()) as { data: { _entities: unknown }; errors?: unknown };
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data._entities;
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
