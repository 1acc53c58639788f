import { Federation } from '@cordboard/platform-federation';
import type { Identity, Language } from '@cordboard/platform-subgraph';
import { seedFrom } from '@cordboard/testing';
import { parse } from 'graphql';
import eventsSdl from '../events.graphql';
import type { GatewayContext } from '../graph/subgraphs.ts';
import type { Sender, Sink } from '../sockets/port.ts';
import supergraphSdl from '../supergraph.graphql';
import { readFollows } from './follows.ts';
import { Groups, keyOf } from './groups.ts';
import { Followed, type Topic } from './topic.ts';
import type { Topics } from './topics.ts';

/** `ISOLATION_SEED` plays a run again. */
const seed = seedFrom('ISOLATION_SEED');
const DELIVERIES = 100_000;

const ACCOUNTS = ['north', 'south'] as const;
const AGENTS = ['ann', 'ben', 'cem'] as const;
const ROLES = ['AGENT', 'SUPERVISOR', 'ADMIN'] as const;
const LANGUAGES: readonly Language[] = ['en', 'fr'];
/** What is asked: what events carry, what owners answer everybody alike, and what they answer to each by who they are. */
const DOCUMENTS = [
  'subscription A($agentIds: [ID!]) { presence(agentIds: $agentIds) { ... on PresenceChanged { agent { id presence { reason } } } } }',
  'subscription B($agentIds: [ID!]) { presence(agentIds: $agentIds) { ... on PresenceChanged { agent { id name presence { reason } } } } }',
  'subscription C($agentIds: [ID!]) { presence(agentIds: $agentIds) { ... on PresenceChanged { agent { id forwarding presence { reason } } } } }',
  'subscription D($agentIds: [ID!], $yes: Boolean = false) { presence(agentIds: $agentIds) { ... on PresenceChanged { agent { id presence { reason status @include(if: $yes) } } } } }',
  'subscription E { calls { call { id conversationId transferability { because { message } } } } }',
  'subscription F { calls { call { id conversationId caller } } }',
] as const;

/** Mulberry32. */
function dice(from: number): () => number {
  return () => {
    from = (from + 0x6d2b79f5) | 0;
    let t = Math.imul(from ^ (from >>> 15), 1 | from);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An owner that writes into every answer whom it gave it to, but for what is alike for all of an account. */
const federation = new Federation<GatewayContext>({
  supergraphSdl,
  eventsSdl,
  ask: async ({ query, variables, context: { identity, language } }) => {
    const things = Object.values(variables).flat() as { id: string }[];
    const of = (id: string) => ({
      ...(query.includes('name') ? { name: `name of ${id} in ${identity?.account}` } : {}),
      ...(query.includes('forwarding') ? { forwarding: `${identity?.account} ${identity?.agentId} ${identity?.role} ${language}` } : {}),
    });
    const key = /(_e\d+|_entities)(?=:|\()/.exec(query)?.[1] ?? '_entities';
    return { data: { [key]: things.map(({ id }) => of(id)) } };
  },
});

/** Topics that say, in every event, of whom they are, and are shared by whoever asks for the same: as the real ones, but for NATS. */
class Spoken {
  readonly open = new Map<
    string,
    { readonly followed: Followed; readonly args: Readonly<Record<string, unknown>>; readonly of: string; n: number }
  >();

  async hold(
    field: string,
    args: Readonly<Record<string, unknown>>,
    { account, agentId }: Identity,
  ): Promise<{ thing: Topic; leave: () => void }> {
    const of = field === 'calls' ? `${account}/${agentId}` : account;
    const key = JSON.stringify([field, of, args]);
    const topic = this.open.get(key) ?? { followed: new Followed(), args, of, n: 0 };
    this.open.set(key, topic);
    const read: Topic['read'] = async () => ({ moments: [], upTo: topic.followed.last });
    return { thing: { follow: topic.followed.follow, read }, leave: () => undefined };
  }

  say(): void {
    for (const [key, topic] of this.open) {
      topic.n += 1;
      const n = topic.n;
      const agentIds = topic.args['agentIds'] as string[] | null | undefined;
      if (key.startsWith('["calls"'))
        topic.followed.tell({
          event: (language) => ({
            call: {
              id: 'c1',
              conversationId: topic.of,
              caller: null,
              transferability: { allowed: false, because: { code: 'X', message: language, remedy: null } },
            },
            cursor: String(n),
            fresh: false,
          }),
        });
      else {
        const reason = `${topic.of} ${JSON.stringify(agentIds ?? null)}`;
        const presence = {
          status: 'BUSY',
          availability: 'BUSY',
          reason,
          since: '2026-01-05T10:00:00Z',
          version: n,
          statusUntil: null,
          wrapUp: null,
        };
        topic.followed.tell({ event: () => ({ __typename: 'PresenceChanged', agent: { id: 'bob', presence }, cursor: String(n) }) });
      }
    }
  }
}

interface Reader {
  readonly identity: Identity;
  readonly language: Language;
  readonly document: (typeof DOCUMENTS)[number];
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What this reader may be shown, whoever else there is. */
function expected({ identity, language, document, variables }: Reader): unknown {
  const { account, agentId, role } = identity;
  const reason = `${account} ${JSON.stringify(variables['agentIds'] ?? null)}`;
  const agent = (more: object, status: object = {}) => ({
    data: { presence: { agent: { id: 'bob', ...more, presence: { reason, ...status } } } },
  });
  const call = (more: object) => ({ data: { calls: { call: { id: 'c1', conversationId: `${account}/${agentId}`, ...more } } } });
  switch (document[13] ?? '') {
    case 'A':
      return agent({});
    case 'B':
      return agent({ name: `name of bob in ${account}` });
    case 'C':
      return agent({ forwarding: `${account} ${agentId} ${role} ${language}` });
    case 'D':
      return agent({}, variables['yes'] === true ? { status: 'BUSY' } : {});
    case 'E':
      return call({ transferability: { because: { message: language } } });
    case 'F':
      return call({ caller: null });
    default:
      throw new Error(document);
  }
}

/** @returns how many deliveries there were, and those that were not what their reader may be shown */
async function play(key: typeof keyOf, deliveries: number): Promise<{ readonly count: number; readonly foreign: readonly string[] }> {
  const random = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const foreign: string[] = [];
  let count = 0;
  while (count < deliveries) {
    const topics = new Spoken();
    const groups = new Groups(federation, topics as unknown as Topics, readFollows(eventsSdl), key);
    const leave: (() => void)[] = [];
    for (let i = 0; i < 120; i += 1) {
      const identity: Identity = {
        account: pick(ACCOUNTS),
        agentId: pick(AGENTS),
        role: pick(ROLES),
        issuedAt: null,
        expiresAt: random(),
        token: '',
      };
      const document = pick(DOCUMENTS);
      const variables = {
        ...(random() < 0.5 && !/E|F/.test(document[13] ?? '') ? { agentIds: [pick(AGENTS)] } : {}),
        ...(document[13] === 'D' && random() < 0.5 ? { yes: random() < 0.5 } : {}),
      };
      const reader: Reader = { identity, language: pick(LANGUAGES), document, variables };
      const right = JSON.stringify(expected(reader));
      const sink: Sink = {
        next: (json) => {
          count += 1;
          if (String(json) !== right && foreign.length < 5) foreign.push(`${right}\n but ${String(json)}`);
        },
        error: (errors) => void foreign.push(JSON.stringify(errors)),
        complete: () => undefined,
      };
      const sender: Sender = { identity, language: reader.language };
      const operation = await federation.prepare(parse(document));
      leave.push(await groups.join({ operation, variables, left: () => false }, sender, sink));
    }
    for (let n = 0; n < 20; n += 1) topics.say();
    await new Promise((resolve) => setImmediate(resolve));
    for (const one of leave) if (random() < 0.5) one();
    for (let n = 0; n < 5; n += 1) topics.say();
    for (let n = 0; n < 50; n += 1) await new Promise((resolve) => setImmediate(resolve));
    for (const one of leave) one();
    await groups.stop();
  }
  return { count, foreign };
}

it('nobody is ever shown what is not theirs, whoever else asks for the same', async () => {
  console.log(`ISOLATION_SEED=${seed}`);
  const { count, foreign } = await play(keyOf, DELIVERIES);
  expect(foreign).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(DELIVERIES);
}, 120_000);

describe('each part of what makes subscriptions equal is needed: without', () => {
  type Wanted = Parameters<typeof keyOf>[0];
  it.each<[string, (wanted: Wanted) => Wanted]>([
    ['the document', (wanted) => ({ ...wanted, operation: { ...wanted.operation, key: '' } })],
    ['the variables', (wanted) => ({ ...wanted, variables: {}, args: {} })],
    ['the account', (wanted) => ({ ...wanted, scope: { ...wanted.scope, account: '' } })],
    ['the language', (wanted) => ({ ...wanted, scope: { ...wanted.scope, language: 'en' } })],
    [
      'the agent',
      (wanted) => ({ ...wanted, scope: { ...wanted.scope, asker: wanted.scope.asker && { ...wanted.scope.asker, agentId: '' } } }),
    ],
    [
      'the role',
      (wanted) => ({ ...wanted, scope: { ...wanted.scope, asker: wanted.scope.asker && { ...wanted.scope.asker, role: 'AGENT' } } }),
    ],
    ['who asks', (wanted) => ({ ...wanted, scope: { ...wanted.scope, asker: null } })],
  ])('%s somebody is shown what is not theirs', async (_, without) => {
    const { foreign } = await play((wanted) => keyOf(without(wanted)), 5_000);
    expect(foreign).not.toEqual([]);
  });
});
