import { eventually } from '@cordboard/testing';
import { signToken } from '@cordboard/tools/tokens';
import { World, type AgentApp, type Answer } from '../stories/people.ts';
import { ServiceProcess } from '../support/process.fixture.ts';
import { TcpBalancer } from '../support/tcp-balancer.fixture.ts';

const SERVICES = ['directory', 'presence', 'routing', 'recording', 'history', 'webhooks'] as const;
type Service = (typeof SERVICES)[number] | 'gateway';

/** A balancer hears that a replica is about to end before it stops listening, as in production. */
const NOTICED = { SHUTDOWN_DELAY_SECONDS: '2' };

let world: World, alice: AgentApp, callId: string;
/** Two of each service: the first one is the stack's where it is not here. */
const replicas = new Map<Service, (ServiceProcess | undefined)[]>();
const balancers = new Map<Service, TcpBalancer>();
/** Where the services are that a gateway asks: behind balancers. */
const urls: Record<string, string> = {};
const environment = (): NodeJS.ProcessEnv => ({
  NATS_URL: world.stack.natsUrl,
  DATABASE_URL: world.stack.databaseUrl,
  JWT_PUBLIC_KEY_FILE: world.stack.keyFile,
  ...urls,
  ...NOTICED,
});

beforeAll(async () => {
  world = await World.begin({ env: NOTICED });
  for (const name of SERVICES) {
    const second = await ServiceProcess.start(name, environment());
    replicas.set(name, [undefined, second]);
    const balancer = await TcpBalancer.open([Number(new URL(world.stack.services[name].url).port), second.port]);
    balancers.set(name, balancer);
    urls[`${name.toUpperCase()}_URL`] = `http://${balancer.address}/graphql`;
  }
  const gateways = [await ServiceProcess.start('gateway', environment()), await ServiceProcess.start('gateway', environment())];
  replicas.set('gateway', gateways);
  balancers.set('gateway', await TcpBalancer.open(gateways.map(({ port }) => port)));
  ({ alice } = await world.people('alice'));
  ({ callId } = await world.talking(alice));
}, 180_000);
afterAll(async () => {
  await Promise.all([...replicas.values()].flat().map(async (service) => service?.kill()));
  await Promise.all([...balancers.values()].map((balancer) => balancer.close()));
  await world?.end();
}, 60_000);

/** Ends one of the two in good order and starts it anew on its port. */
async function restart(name: Service, index: number): Promise<void> {
  const replica = replicas.get(name)?.[index];
  if (!replica) return world.stack.restart(name);
  replica.signal('SIGTERM');
  expect(await replica.exited).toEqual({ code: 0, signal: null });
  replicas.get(name)?.splice(index, 1, await ServiceProcess.start(name, environment(), replica.port));
}

/** Operations that were not answered as they should be. */
let failures: string[] = [];
let operations = 0;

async function ask<Data>(token: string, query: string, variables: object): Promise<Data | undefined> {
  operations += 1;
  try {
    const response = await fetch(`http://${balancers.get('gateway')?.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Answer<Data>;
    if (response.status === 200 && !errors) return data;
    failures.push(`${response.status} ${query}: ${JSON.stringify(errors)}`);
  } catch (error) {
    failures.push(`${query}: ${String(error)}`);
  }
  return undefined;
}

/** Sends a mutation, and reads afterwards what it was acknowledged to have done. `n` is another number each time. */
type Exchange = (token: string, n: number, about: Service) => Promise<void>;
const expectSeen = (what: string, seen: unknown, wanted: unknown): void => {
  if (JSON.stringify(seen) !== JSON.stringify(wanted))
    failures.push(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
};

/** A name that no part of a phone number matches. */
const spelled = (n: number): string => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

const createContact: Exchange = async (token, n, about) => {
  const name = `Rolling ${about} ${spelled(n)}`;
  await ask(token, 'mutation($name: String!) { createContact(name: $name, number: "+33612345678") { ... on Contact { id } } }', { name });
  const seen = await ask<{ contacts: { edges: { node: { name: string } }[] } }>(
    token,
    'query($name: String!) { contacts(search: $name, first: 100) { edges { node { name } } } }',
    { name },
  );
  expectSeen(name, seen?.contacts.edges.filter(({ node }) => node.name === name).length, 1);
};
const setStatus: Exchange = async (token, n) => {
  const reason = `reason ${n}`;
  await ask(token, 'mutation($reason: String!) { setStatus(status: UNAVAILABLE, reason: $reason) { __typename } }', { reason });
  const seen = await ask<{ me: { presence: { reason: string } } }>(token, '{ me { presence { reason } } }', {});
  expectSeen('the reason', seen?.me.presence.reason, reason);
};
const holdAndResume: Exchange = async (token, n) => {
  const mutation = n % 2 === 0 ? 'holdCall' : 'resumeCall';
  const done = await ask<{ done: { __typename: string } }>(
    token,
    `mutation($callId: ID!) { done: ${mutation}(callId: $callId) { __typename } }`,
    { callId },
  );
  expectSeen(mutation, done?.done.__typename, 'Call');
  const seen = await ask<{ call: { hold: boolean } }>(token, 'query($callId: ID!) { call(id: $callId) { hold } }', { callId });
  expectSeen(`hold after ${mutation}`, seen?.call.hold, n % 2 === 0);
};

const createAndDeleteWebhook: Exchange = async (token, n) => {
  const url = `https://example.com/${n}`;
  const made = await ask<{ done: { id: string } }>(
    token,
    'mutation($url: String!) { done: createWebhook(url: $url, events: ["call.ended"]) { ... on Webhook { id } } }',
    { url },
  );
  const listed = async (): Promise<number | undefined> =>
    (await ask<{ webhooks: { url: string }[] }>(token, '{ webhooks { url } }', {}))?.webhooks.filter((one) => one.url === url).length;
  expectSeen(`${url} after createWebhook`, await listed(), 1);
  await ask(token, 'mutation($id: ID!) { deleteWebhook(id: $id) { __typename } }', { id: made?.done.id });
  expectSeen(`${url} after deleteWebhook`, await listed(), 0);
};
const readRecordings: Exchange = async (token) => {
  const seen = await ask<{ recordings: { edges: unknown[] } }>(token, '{ recordings(first: 5) { edges { node { id } } } }', {});
  expectSeen('recordings', seen?.recordings.edges, []);
};
const readHistory: Exchange = async (token) => {
  const seen = await ask<{ callHistory: { edges: { node: { id: string } }[] } }>(token, '{ callHistory { edges { node { id } } } }', {});
  expectSeen(
    'the history',
    seen?.callHistory.edges.map(({ node }) => node.id),
    [callId],
  );
};

/** What each service is asked, and by whom: each of them sends one operation after the other. */
const TRAFFIC: Readonly<Record<Service, { readonly exchange: Exchange; readonly agents: readonly string[] }>> = {
  directory: { exchange: createContact, agents: ['alice', 'bob', 'carol'] },
  presence: { exchange: setStatus, agents: ['bob', 'carol', 'dan'] },
  routing: { exchange: holdAndResume, agents: ['alice'] },
  recording: { exchange: readRecordings, agents: ['sam', 'ada'] },
  history: { exchange: readHistory, agents: ['sam', 'ada'] },
  webhooks: { exchange: createAndDeleteWebhook, agents: ['ada'] },
  gateway: { exchange: createContact, agents: ['alice', 'bob', 'carol'] },
};

it.each([...SERVICES, 'gateway'] as const)(
  'A rolling restart of two replicas of %s under traffic fails no operation and loses no acknowledged mutation',
  async (name) => {
    [failures, operations] = [[], 0];
    const { exchange, agents } = TRAFFIC[name];
    let isOver = false;
    let n = 0;
    const traffic = agents.map(async (agent) => {
      const token = await signToken(agent, { dataDir: world.stack.dataDir });
      while (!isOver) await exchange(token, n++, name);
    });
    const moreTraffic = async (): Promise<void> => {
      const now = operations;
      await eventually(() => operations > now + 10);
    };
    await moreTraffic();
    for (const replica of [0, 1]) {
      await restart(name, replica);
      await moreTraffic();
    }
    isOver = true;
    await Promise.all(traffic);
    expect(failures).toEqual([]);
  },
  120_000,
);
