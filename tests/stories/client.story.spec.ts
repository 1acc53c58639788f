import {
  AcceptOfferDocument,
  createCordboard,
  GraphError,
  MeDocument,
  StartTransferDocument,
  type Cordboard,
  type Picture,
} from '@cordboard/client';
import { eventually } from '@cordboard/testing';
import { signToken } from '@cordboard/tools/tokens';
import { isDeepStrictEqual } from 'node:util';
import WebSocket from 'ws';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

let world: World, sam: AgentApp;
beforeAll(async () => {
  world = await World.begin();
  sam = await world.agent('sam');
}, 120_000);
afterAll(() => world?.end());

const opened: Cordboard[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((one) => one.close()))));

/** The app of an agent, made with the client alone. */
function app(agent: string, o: { token?: (asked: { another: boolean }) => Promise<string> } = {}) {
  const cordboard = createCordboard({
    url: world.stack.url,
    wsUrl: world.stack.wsUrl,
    webSocket: WebSocket,
    deviceId: `${agent}-app`,
    token: () => signToken(agent, { dataDir: world.stack.dataDir }),
    onError: (error) => world.problems.push(JSON.stringify(error)),
    ...o,
  });
  opened.push(cordboard);
  return cordboard;
}
const until = (of: Cordboard, holds: (picture: Picture) => boolean): Promise<Picture> => eventually(() => of.getSnapshot(), holds, 30_000);
const isOpen = ({ connection, presence }: Picture): boolean => connection === 'open' && presence.size > 0;
const people = async (): Promise<Record<string, string>> => {
  const { agents } = await sam.get<{ agents: { edges: { node: { id: string; presence: { availability: string } } }[] } }>(
    '{ agents { edges { node { id presence { availability } } } } }',
  );
  return Object.fromEntries(agents.edges.map(({ node }) => [node.id, node.presence.availability]));
};
const shown = ({ presence }: Picture): Record<string, string> =>
  Object.fromEntries([...presence].map(([id, agent]) => [id, agent.presence.availability]));

it('a call rings and is taken; the gateway dies under it, and nothing is missed', async () => {
  const [alice, bob] = [app('alice'), app('bob')];
  await Promise.all([until(alice, isOpen), until(bob, isOpen)]);
  expect((await alice.request(MeDocument)).me).toMatchObject({ id: 'alice', presence: { availability: 'AVAILABLE' } });

  const callerLeg = await world.call(CALLER, MAIN);
  const { offers } = await until(alice, (picture) => picture.offers.length === 1);
  expect(offers).toMatchObject([{ kind: 'DIRECT', displayNumber: CALLER }]);
  const { acceptOffer } = await alice.request(AcceptOfferDocument, { offerId: offers[0]?.id ?? '' });
  if (acceptOffer.__typename !== 'Call') throw new Error(acceptOffer.message);
  await until(alice, (picture) => picture.offers.length === 0 && picture.calls[0]?.state === 'IN_PROGRESS');

  let changes = 0;
  const leave = bob.subscribe(() => (changes += 1));
  await world.stack.kill('gateway');
  await until(alice, ({ connection }) => connection === 'connecting');
  expect(alice.getSnapshot().calls).toHaveLength(1);
  await world.simulator('POST', `/legs/${callerLeg}/hangup`); // while nobody can be told
  await eventually(
    () => world.legs(),
    (legs) => legs.length === 0,
  );
  await world.stack.restart('gateway');
  await until(alice, (picture) => isOpen(picture) && picture.calls.length === 0 && shown(picture)['alice'] === 'WRAP_UP');
  const now = await people();
  await until(bob, (picture) => isOpen(picture) && isDeepStrictEqual(shown(picture), now));
  expect(changes).toBeGreaterThan(0);
  leave();
  await sam.get('mutation { setStatus(agentId: "bob", status: BUSY) { __typename } }');
  expect((await until(bob, ({ presence }) => presence.get('bob')?.presence.status === 'BUSY')).connection).toBe('open');
  await sam.get('mutation { setStatus(agentId: "bob", status: AVAILABLE) { __typename } }');
  expect(world.problems).toEqual([]);
}, 120_000);

it('a gateway that is restarted in good order sends everybody back: nobody is shown as gone', async () => {
  const [alice, bob] = [app('alice'), app('bob')];
  await Promise.all([until(alice, (picture) => isOpen(picture)), until(bob, isOpen)]);
  await until(bob, ({ presence }) => presence.get('alice')?.presence.availability === 'AVAILABLE');
  const seen: (string | undefined)[] = [];
  bob.subscribe(() => seen.push(bob.getSnapshot().presence.get('alice')?.presence.availability));
  await world.stack.restart('gateway');
  await Promise.all([alice, bob].map((one) => until(one, isOpen)));
  await sam.get('mutation { setStatus(agentId: "alice", status: BUSY) { __typename } }');
  await until(bob, ({ presence }) => presence.get('alice')?.presence.status === 'BUSY');
  expect(seen).not.toContain('OFFLINE');
  await sam.get('mutation { setStatus(agentId: "alice", status: AVAILABLE) { __typename } }');
}, 120_000);

it('a token that ends is renewed on the open socket', async () => {
  let asked = 0;
  const bob = app('bob', {
    token: async ({ another }) => {
      asked += Number(another);
      return signToken('bob', {
        dataDir: world.stack.dataDir,
        expires: asked === 0 ? 12 : 3_600,
        claims: { iat: Math.floor(Date.now() / 1_000) + 2 },
      });
    },
  });
  let lost = 0;
  await until(bob, isOpen);
  bob.subscribe(() => (lost += Number(bob.getSnapshot().connection === 'connecting')));
  await eventually(() => asked === 1, Boolean, 20_000);
  await sam.get('mutation { setStatus(agentId: "bob", status: BUSY) { __typename } }');
  await until(bob, ({ presence }) => presence.get('bob')?.presence.status === 'BUSY');
  expect(lost).toBe(0);
}, 60_000);

it('a token that is revoked is asked for again; where there is no other, that is the end', async () => {
  const issued = (agent: string, after: number) =>
    signToken(agent, { dataDir: world.stack.dataDir, claims: { iat: Math.floor(Date.now() / 1_000) + after } });
  const old = { carol: await issued('carol', -60), bob: await issued('bob', -60) };
  let asked = 0;
  const carol = app('carol', { token: async ({ another }) => (another ? ((asked += 1), issued('carol', 2)) : old.carol) });
  const bob = app('bob', { token: async () => old.bob });
  await Promise.all([until(carol, isOpen), until(bob, isOpen)]);
  const ada = await world.agent('ada');
  for (const agentId of ['carol', 'bob'])
    await ada.get('mutation($agentId: ID!) { revokeTokens(agentId: $agentId) { __typename } }', { agentId });
  await until(bob, ({ connection }) => connection === 'signedOut');
  await eventually(() => asked > 0);
  await until(carol, ({ connection }) => connection === 'open');
  expect((await people())['carol']).toBe('AVAILABLE');
}, 60_000);

it('whoever is signed out stays out', async () => {
  const dan = app('dan');
  await until(dan, isOpen);
  await sam.get('mutation { signOutOtherDevices(agentId: "dan") { __typename } }');
  expect((await until(dan, ({ connection }) => connection === 'signedOut')).presence.size).toBeGreaterThan(0);
  expect((await people())['dan']).toBe('OFFLINE');
}, 60_000);

it('what is refused is data, what is wrong is an error with its code', async () => {
  const alice = app('alice');
  const input = { callId: 'current', mode: 'COLD', target: { agentId: 'bob' } } as const;
  expect((await alice.request(StartTransferDocument, { input })).startTransfer).toMatchObject({
    __typename: 'Refused',
    code: 'ALREADY_ENDED',
  });
  const nobody = alice.request(AcceptOfferDocument, { offerId: 'nothing' });
  await expect(nobody).rejects.toThrow(GraphError);
  await expect(nobody).rejects.toMatchObject({ code: 'NOT_FOUND' });
}, 60_000);
