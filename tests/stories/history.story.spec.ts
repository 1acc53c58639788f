import { eventually } from '@cordboard/testing';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

let world: World, alice: AgentApp, bob: AgentApp, sam: AgentApp;
beforeAll(async () => {
  world = await World.begin();
  ({ alice, bob } = await world.people('alice', 'bob'));
  sam = await world.agent('sam');
}, 120_000);
afterAll(() => world?.end(), 60_000);

interface Row {
  readonly id: string;
  readonly outcome: string | null;
}
const rows = async (app: AgentApp, filter: string): Promise<readonly Row[]> =>
  (
    await app.get<{ callHistory: { edges: { node: Row }[] } }>(
      `{ callHistory(filter: { ${filter} }) { edges { node { id outcome } } totalCount } }`,
    )
  ).callHistory.edges.map(({ node }) => node);
const ids = async (app: AgentApp, filter: string): Promise<readonly string[]> => (await rows(app, filter)).map(({ id }) => id);

/** alice takes a call and hands it on, cold. @returns her call, and bob's where he takes it */
async function handOn(target: object, taken: boolean): Promise<{ readonly callId: string; readonly newCallId: string | null }> {
  const { callId } = await world.talking(alice);
  const { startTransfer } = await alice.transfer({ callId, mode: 'COLD', target });
  const offer = await bob.rung('COLD_TRANSFER');
  if (!taken) {
    expect(await alice.settle('cancelTransfer($id)', startTransfer.id)).toMatchObject({ status: 'CANCELLED' });
    return { callId, newCallId: null };
  }
  return { callId, newCallId: (await bob.accept(offer.id)).acceptOffer.id };
}

describe('the story of a history', () => {
  let first: Awaited<ReturnType<typeof handOn>>, second: Awaited<ReturnType<typeof handOn>>, third: Awaited<ReturnType<typeof handOn>>;

  beforeAll(async () => {
    first = await handOn({ agentId: 'bob' }, true);
    await world.allQuiet(alice, bob);
    second = await handOn({ agentId: 'bob' }, false);
    await world.allQuiet(alice, bob);
    third = await handOn({ teamId: 'support' }, true);
    await world.allQuiet(alice, bob);
    await eventually(
      () => rows(sam, ''),
      (seen) => seen.length === 5 && seen.every(({ outcome }) => outcome !== null),
    );
  }, 120_000);

  it('S37 S38 rows are found by entry number, by transfer, by what became of them', async () => {
    const transferred = [third.callId, first.callId];
    expect(await ids(sam, 'entryNumberId: "main"')).toEqual([third.callId, second.callId, first.callId]);
    expect(await ids(sam, 'outcome: TRANSFERRED')).toEqual(transferred);
    expect(await ids(sam, 'targetKind: TEAM')).toEqual([third.callId]);
    expect(await ids(sam, 'transferred: true, outcome: ANSWERED')).toEqual([second.callId]);
    expect(await ids(sam, `agentId: "bob", caller: "${CALLER}"`)).toEqual([third.newCallId, first.newCallId]);
    expect(await ids(alice, 'lineId: "main"')).toEqual([third.callId, second.callId, first.callId]);
    expect(await ids(bob, '')).toEqual([third.newCallId, first.newCallId]);
  });

  it('S36 D10 alice has initiated the two transfers that were completed', async () => {
    const stats = 'stats { transfersInitiated transfersInitiatedByKind { kind count } }';
    const twice = {
      transfersInitiated: 2,
      transfersInitiatedByKind: expect.arrayContaining([
        { kind: 'AGENT', count: 1 },
        { kind: 'TEAM', count: 1 },
      ]),
    };
    expect(await alice.get(`{ me { id ${stats} } }`)).toEqual({ me: { id: 'alice', stats: twice } });
    expect(await sam.get(`{ agent(id: "alice") { name ${stats} } }`)).toEqual({ agent: { name: 'Alice', stats: twice } });
    expect(
      await sam.get(
        `{ transferStats { started completed initiated returned byOutcome { status endReason count } perBucket(by: DAY) { started } } }`,
      ),
    ).toMatchObject({
      transferStats: {
        ...{ started: 3, completed: 2, initiated: 2, returned: 0 },
        byOutcome: [
          { status: 'COMPLETED', endReason: null, count: 2 },
          { status: 'CANCELLED', endReason: 'CANCELLED_BY_TRANSFEROR', count: 1 },
        ],
      },
    });
    expect(await sam.get('{ transferStats(teamId: "sales") { initiated } }')).toEqual({ transferStats: { initiated: 2 } });
  });

  it('a colleague’s figures are nobody’s business', async () => {
    expect((await bob.ask('{ transferStats(agentId: "alice") { started } }')).errors?.map(({ extensions }) => extensions.code)).toEqual([
      'FORBIDDEN',
    ]);
    const { data, errors } = await bob.ask<{ agent: object }>('{ agent(id: "alice") { name stats { transfersInitiated } } }');
    expect([data.agent, errors?.map(({ extensions }) => extensions.code)]).toEqual([{ name: 'Alice', stats: null }, ['FORBIDDEN']]);
  });

  it('S37 inbound calls are counted by the Number that was dialled first', async () => {
    expect(
      await sam.get('{ inboundStats { total { calls answered transferred } groups { entryNumber { id e164 } counts { calls } } } }'),
    ).toEqual({
      inboundStats: {
        total: { calls: 3, answered: 3, transferred: 2 },
        groups: [{ entryNumber: { id: 'main', e164: MAIN }, counts: { calls: 3 } }],
      },
    });
  });

  it('the history is exported through the gateway, with the filters of callHistory', async () => {
    const get = (token: string, query = ''): Promise<Response> =>
      fetch(new URL(`/history/export.csv${query}`, world.stack.url), {
        headers: { authorization: `Bearer ${token}`, 'accept-language': 'fr' },
      });
    const response = await get(sam.token, '?outcome=TRANSFERRED&startedAfter=2020-01-01T00:00:00Z');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const [header, ...lines] = (await response.text()).trimEnd().split('\n');
    expect(header).toMatch(/^Appel,Conversation,Sens,Issue,/);
    expect(lines.map((line) => line.split(',')[0])).toEqual([third.callId, first.callId]);
    expect(lines[1]).toContain(`,${CALLER},,Alice,alice,${MAIN},${MAIN},`);
    expect((await (await get(bob.token)).text()).trimEnd().split('\n')).toHaveLength(3);
    expect((await get('x.y.z')).status).toBe(401);
  });
});
