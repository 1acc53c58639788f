import { installPeers, startPeer } from '@cordboard/tools/peers';
import { eventually } from '@cordboard/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

/** Our subgraphs, unchanged, behind somebody else's gateway: what the graph says does not depend on ours. */
let world: World, hive: Awaited<ReturnType<typeof startPeer>>;
let alice: AgentApp, bob: AgentApp, sam: AgentApp;

beforeAll(async () => {
  installPeers();
  world = await World.begin();
  ({ alice, bob } = await world.people('alice', 'bob'));
  sam = await world.agent('sam');
  const urls = Object.fromEntries(Object.entries(world.stack.services).map(([name, { url }]) => [name, `${new URL(url).origin}/graphql`]));
  const supergraph = readFileSync(join(import.meta.dirname, '../../apps/gateway/src/supergraph.graphql'), 'utf8');
  hive = await startPeer('hive.mjs', { supergraph, urls });
}, 180_000);
afterAll(async () => {
  hive?.stop();
  await world?.end();
});

interface Answered {
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}
async function throughHive(who: AgentApp, query: string, variables: object = {}): Promise<Answered> {
  const response = await fetch(hive.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${who.token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answered;
}

it.each([
  ['me, of three services', '{ me { id name role presence { availability version } currentCalls { id } stats { transfersInitiated } } }'],
  [
    'agents with their presence and teams',
    '{ agents { edges { node { id name presence { availability since } teams { id name members { id presence { status } } } } cursor } pageInfo { hasNextPage } } }',
  ],
  ['Numbers and contacts', '{ numbers { id label e164 voicemail } contacts { edges { node { id name number line { id label } } } } }'],
  ['what is not there', '{ agent(id: "nobody") { id } }'],
])('a query is answered alike: %s', async (_, query) => {
  const [ours, theirs] = [await sam.ask<unknown>(query), await throughHive(sam, query)];
  expect(theirs.data ?? null).toEqual(ours.data ?? null);
  expect(theirs.errors?.map(({ extensions }) => extensions?.code)).toEqual(ours.errors?.map(({ extensions }) => extensions.code));
});

it('a call is taken, looked at, handed over and found in the history', async () => {
  const callerLeg = await world.call(CALLER, MAIN);
  const { id: offerId, callId } = await alice.rung('DIRECT');
  const accepted = await throughHive(
    alice,
    'mutation($id: ID!) { acceptOffer(offerId: $id) { ... on Call { id state agent { id name presence { availability } } } } }',
    { id: offerId },
  );
  expect(accepted.data?.['acceptOffer']).toMatchObject({ id: callId, state: 'IN_PROGRESS', agent: { id: 'alice', name: 'Alice' } });

  const asked =
    'query($id: ID!) { call(id: $id) { id caller line { label } agent { name } transferability { allowed } recording { state control } } transferTargets(callId: $id) { edges { node { kind label agent { id presence { availability } } } } } }';
  expect((await throughHive(alice, asked, { id: callId })).data).toEqual((await alice.ask(asked, { id: callId })).data);

  const started = await throughHive(
    alice,
    'mutation($input: StartTransferInput!) { startTransfer(input: $input) { __typename ... on Transfer { id status target { label agent { id name } } } } }',
    {
      input: { callId, mode: 'COLD', target: { agentId: 'bob' } },
    },
  );
  expect(started.data?.['startTransfer']).toMatchObject({
    __typename: 'Transfer',
    status: 'RINGING',
    target: { label: 'Bob', agent: { name: 'Bob' } },
  });
  const toBob = await bob.rung('COLD_TRANSFER');
  const taken = await throughHive(bob, 'mutation($id: ID!) { acceptOffer(offerId: $id) { ... on Call { id } } }', { id: toBob.id });
  await world.together(callerLeg, 'bob');
  const hungUp = await throughHive(
    bob,
    'mutation($id: ID!) { hangUp(callId: $id) { __typename ... on Call { state } ... on Refused { code } } }',
    { id: taken.data?.['acceptOffer']?.['id'] },
  );
  expect(hungUp.data?.['hangUp']).toMatchObject({ state: 'ENDED' });

  const rows =
    '{ callHistory { edges { node { id outcome agent { name } line { label } transfers { status target { label } transferor { name } } } } } }';
  const { data } = await eventually(
    () => throughHive(sam, rows),
    (answer) => JSON.stringify(answer).includes('"TRANSFERRED"') && !JSON.stringify(answer).includes('"outcome":null'),
  );
  expect(data).toEqual((await sam.ask(rows)).data);
}, 60_000);
