import { eventually } from '@cordboard/testing';
import WebSocket from 'ws';
import { CALLER, World, type AgentApp } from './people.ts';

/** What a mutation or a query answers, as far as a story looks at it. */
type Said = Readonly<Record<string, unknown>>;

/** A socket of this token, as the wire shows it. */
class Socket {
  readonly closed: Promise<string>;
  isOpen = false;

  constructor(token: string) {
    const socket = new WebSocket(world.stack.wsUrl, 'graphql-transport-ws');
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
    socket.on('message', () => (this.isOpen = true)); // its acknowledgment
    this.closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve(`${code} ${String(reason)}`)));
  }
}

let world: World;
let alice: AgentApp, bob: AgentApp, dan: AgentApp, ada: AgentApp;

beforeAll(async () => {
  world = await World.begin();
  ({ alice, bob, dan } = await world.people('alice', 'bob', 'dan'));
  ada = await world.agent('ada');
  await administer('updatePolicy(wrapUpSeconds: 0)');
}, 120_000);
afterAll(() => world?.end(), 60_000);

/** What is asked of the answer: of an agent, a team or a Number, as the mutation's name says. */
const fieldsOf = (mutation: string): string => {
  const [, type = ''] = /^\w+(Agent|Team|Number)\(/.exec(mutation) ?? [];
  return `__typename ... on ${type} { id ${type === 'Agent' ? 'deactivatedAt' : 'deletedAt'} } ... on Refused { code message remedy }`;
};
/** A removal by ada, or who else asks. */
const remove = async (mutation: string, app = ada): Promise<Said> =>
  (await app.get<{ done: Said }>(`mutation { done: ${mutation} { ${fieldsOf(mutation)} } }`)).done;
const administer = (mutation: string): Promise<unknown> =>
  ada.get(`mutation { ${mutation} { __typename ... on Refused { code } } }`).then((answer) => {
    expect(JSON.stringify(answer)).not.toContain('Refused');
    return answer;
  });
const refused = (code: string) => ({ __typename: 'Refused', code, message: expect.any(String), remedy: expect.any(String) });
const errorOf = async (app: AgentApp, query: string) => (await app.ask(query)).errors?.[0]?.extensions.code;
const targets = async (app: AgentApp, callId: string, search: string): Promise<readonly Said[]> =>
  (
    await app.get<{ transferTargets: { edges: { node: Said }[] } }>(
      'query($callId: ID!, $search: String) { transferTargets(callId: $callId, search: $search, includeUnavailable: true) { edges { node { kind label } } } }',
      { callId, search },
    )
  ).transferTargets.edges.map(({ node }) => node);

describe('D21 deactivateAgent', () => {
  it('is refused while a live call or a distribution needs the agent, and to all but administrators', async () => {
    await world.talking(dan);
    expect(await remove('deactivateAgent(id: "dan")')).toEqual(refused('IN_LIVE_CALL'));
    await world.allQuiet(alice, dan);
    expect(await remove('deactivateAgent(id: "bob")')).toEqual(refused('IN_DISTRIBUTION'));
    expect(await errorOf(alice, 'mutation { deactivateAgent(id: "dan") { __typename } }')).toBe('FORBIDDEN');
    const stranger = await world.agent('ada', { claims: { account: 'other' } });
    expect(await errorOf(stranger, 'mutation { deactivateAgent(id: "dan") { __typename } }')).toBe('NOT_FOUND');
  });

  it('D18 ends tokens and sockets, rescinds what rings, and shows the agent nowhere; history keeps the name', async () => {
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'dan' } });
    await dan.rung('COLD_TRANSFER');
    const socket = new Socket(dan.token);
    await eventually(() => socket.isOpen);

    const gone = await remove('deactivateAgent(id: "dan")');
    expect(gone).toEqual({ __typename: 'Agent', id: 'dan', deactivatedAt: expect.any(String) });
    expect(await remove('deactivateAgent(id: "dan")')).toEqual(gone);

    const back = await alice.rung('TRANSFER_RETURN');
    await alice.accept(back.id);
    await world.together(callerLeg, 'alice');
    const { transfer } = await alice.get<{ transfer: Said }>(
      'query($id: ID!) { transfer(id: $id) { status endReason target { label agent { id name } } offers { outcome agent { name } } } }',
      { id: startTransfer.id },
    );
    expect(transfer).toEqual({
      ...{ status: 'RETURNED', endReason: 'TARGET_UNAVAILABLE', target: { label: 'Dan', agent: { id: 'dan', name: 'Dan' } } },
      offers: [
        { outcome: 'RESCINDED', agent: { name: 'Dan' } },
        { outcome: 'ACCEPTED', agent: { name: 'Alice' } },
      ],
    });
    expect(await socket.closed).toMatch(/^4403 (agent deactivated|token revoked)$/);
    expect(await new Socket(dan.token).closed).toMatch(/^4403 (unknown agent|token revoked)$/);
    await eventually(async () => (await errorOf(dan, '{ me { id } }')) === 'UNAUTHENTICATED');
    const fresh = await world.agent('dan', { claims: { iat: Math.floor(Date.now() / 1_000) + 60 } });
    expect(await errorOf(fresh, '{ me { id } }')).toBe('UNAUTHENTICATED');

    expect(await targets(alice, callId, 'dan')).toEqual([]);
    const { agents, team } = await alice.get<{ agents: { edges: { node: Said }[] }; team: Said }>(
      '{ agents { edges { node { id } } } team(id: "sales") { members { id } availableMembers { id } } }',
    );
    expect(agents.edges.map(({ node }) => node['id'])).not.toContain('dan');
    expect(team).toEqual({ members: [{ id: 'alice' }], availableMembers: [] });
    await world.allQuiet(alice);
  });

  it('shows presence without the agent to those who look, and to those who come', async () => {
    const before = bob.presence.length;
    const late = await (await world.agent('sam')).open();
    expect(late.presence.map(({ id }) => id)).not.toContain('dan');
    await bob.setStatus('BUSY');
    await bob.setStatus('AVAILABLE');
    await eventually(() => bob.presence.length > before);
    expect(bob.presence.slice(before).map(({ id }) => id)).not.toContain('dan');
  });

  it('history and statistics show the name, and are found by the id', async () => {
    const sam = await world.agent('sam');
    const { callHistory } = await sam.get<{ callHistory: { edges: { node: { agent: Said } }[] } }>(
      '{ callHistory(filter: { agentId: "dan" }) { edges { node { agent { id name } } } } }',
    );
    expect(callHistory.edges.map(({ node }) => node.agent)).toEqual([{ id: 'dan', name: 'Dan' }]);
    expect(await sam.get('{ agent(id: "dan") { name stats { callsAnswered } } }')).toEqual({
      agent: { name: 'Dan', stats: { callsAnswered: 1 } },
    });
  });

  it('reactivateAgent brings everything back', async () => {
    const back = { __typename: 'Agent', id: 'dan', deactivatedAt: null };
    expect([await remove('reactivateAgent(id: "dan")'), await remove('reactivateAgent(id: "dan")')]).toEqual([back, back]);
    const again = await world.agent('dan');
    await eventually(async () => (await errorOf(again, '{ me { id } }')) === undefined);
    await again.open();
    await eventually(() => bob.presence.some((seen) => seen.id === 'dan' && seen.availability === 'AVAILABLE'));
    await world.talking(again);
    expect(await remove('deactivateAgent(id: "dan")')).toEqual(refused('IN_LIVE_CALL'));
    await world.allQuiet(alice, again);
  });
});

describe('D21 deleteTeam', () => {
  it('is refused while a transfer rings it or a distribution needs it; then it rings nobody, and history keeps its name', async () => {
    await administer('createTeam(id: "night", name: "Night", memberIds: ["bob"])');
    expect(await remove('deleteTeam(id: "sales")')).toEqual(refused('IN_DISTRIBUTION'));
    const { callerLeg, callId } = await world.talking(alice);
    const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target: { teamId: 'night' } });
    const offer = await bob.rung('COLD_TRANSFER');
    expect(await remove('deleteTeam(id: "night")')).toEqual(refused('IN_LIVE_CALL'));
    await bob.reject(offer.id);
    await alice.accept((await alice.rung('TRANSFER_RETURN')).id);
    await world.together(callerLeg, 'alice');

    const gone = { __typename: 'Team', id: 'night', deletedAt: expect.any(String) };
    expect([await remove('deleteTeam(id: "night")'), await remove('deleteTeam(id: "night")')]).toEqual([gone, gone]);
    expect(await targets(alice, callId, 'night')).toEqual([]);
    const again = await alice.ask(
      `mutation { startTransfer(input: { callId: "${callId}", mode: COLD, target: { teamId: "night" } }) { __typename } }`,
    );
    expect(again.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await errorOf(alice, '{ team(id: "night") { id } }')).toBe('NOT_FOUND');
    expect(JSON.stringify(await alice.get('{ teams { id } agent(id: "bob") { teams { id } } }'))).not.toContain('night');
    expect(
      await alice.get('query($id: ID!) { transfer(id: $id) { target { label team { id name availableMembers { id } } } } }', {
        id: startTransfer.id,
      }),
    ).toEqual({ transfer: { target: { label: 'Night', team: { id: 'night', name: 'Night', availableMembers: [] } } } });
    await world.allQuiet(alice, bob);
  });
});

describe('D21 deleteNumber', () => {
  it('is refused while it is dedicated or a live call needs it; then its calls are those of an unknown number', async () => {
    const NIGHT = '+33187000030';
    await administer(
      `createNumber(id: "night", label: "Night line", e164: "${NIGHT}", dedicatedTeamId: "sales", distribution: [{ agentId: "bob" }])`,
    );
    expect(await remove('deleteNumber(id: "night")')).toEqual(refused('DEDICATED_NUMBER'));
    await administer('updateNumber(id: "night", dedicatedTeamId: null)');
    const { callId } = await world.talking(bob, NIGHT);
    expect(await remove('deleteNumber(id: "night")')).toEqual(refused('IN_LIVE_CALL'));
    await world.allQuiet(bob);
    const before = bob.offers.length;

    const gone = { __typename: 'Number', id: 'night', deletedAt: expect.any(String) };
    expect([await remove('deleteNumber(id: "night")'), await remove('deleteNumber(id: "night")')]).toEqual([gone, gone]);
    const unknown = await world.call(CALLER, NIGHT);
    await eventually(async () => (await world.legs()).every(({ id }) => id !== unknown));
    expect(bob.offers).toHaveLength(before);
    expect(JSON.stringify(await alice.get('{ numbers { id } }'))).not.toContain('night');
    const sam = await world.agent('sam');
    expect(await sam.get('{ callHistory(filter: { lineId: "night" }) { edges { node { id line { id label } } } } }')).toEqual({
      callHistory: { edges: [{ node: { id: callId, line: { id: 'night', label: 'Night line' } } }] },
    });
    await administer(`createNumber(id: "morning", label: "Morning line", e164: "${NIGHT}", distribution: [{ agentId: "bob" }])`);
    await world.talking(bob, NIGHT);
    await world.allQuiet(bob);
  });
});

describe('D21 what is removed while a service is away', () => {
  it('presence shows it no more when it is back', async () => {
    await administer('createAgent(id: "eve", name: "Eve", extension: "150")');
    const eve = await (await world.agent('alice', { claims: { sub: 'eve' } })).open();
    await eventually(() => bob.presence.some((seen) => seen.id === 'eve' && seen.availability === 'AVAILABLE'));
    await world.stack.kill('presence');
    expect(await remove('deactivateAgent(id: "eve")')).toMatchObject({ id: 'eve' });
    await world.stack.restart('presence');
    await eventually(async () => (await errorOf(eve, '{ me { id } }')) === 'UNAUTHENTICATED');
    await eventually(
      async () => {
        const late = await (await world.agent('sam')).open();
        const shown = late.presence.map(({ id }) => id);
        await late.close();
        return shown.includes('bob') && !shown.includes('eve');
      },
      Boolean,
      30_000,
    );
  }, 60_000);
});
