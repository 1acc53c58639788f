import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { RunningHistory, type Who } from '../history.running.ts';
import { takePresence } from '../listeners/presence.listener.ts';
import { takeRouting } from '../listeners/routing.listener.ts';
import { wholeSeconds } from '../records/seconds.store.ts';
import { stories, told } from './stories.running.ts';

let history: RunningHistory;
beforeAll(async () => void (history = await RunningHistory.start()));
afterAll(() => history?.stop());

interface Ref {
  readonly id: string;
}
interface Transfer {
  readonly status: string;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly returningAt: string | null;
  readonly endedAt: string | null;
  readonly transferor: Ref;
  readonly target: { readonly kind: string; readonly number: Ref | null };
}
interface CallRow {
  readonly id: string;
  readonly direction: string;
  readonly agent: Ref | null;
  readonly entryNumber: Ref | null;
  readonly viaTransfer: Ref | null;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly ringSeconds: number;
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly wrapUpSeconds: number;
  readonly transfers: readonly Transfer[];
}
const ROW = `id direction agent { id } entryNumber { id } viaTransfer { id } startedAt answeredAt ringSeconds talkSeconds holdSeconds wrapUpSeconds
  transfers { status startedAt answeredAt returningAt endedAt transferor { id } target { kind number { id } } }`;

const sum = <Row>(rows: readonly Row[], figure: (row: Row) => number): number => rows.reduce((total, row) => total + figure(row), 0);
const msBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from);
const meanSeconds = (spans: readonly number[]): number | null =>
  spans.length === 0 ? null : Math.round(sum(spans, (ms) => ms) / spans.length) / 1_000;

/** All rows that somebody may see, page after page, as a client adds them up. */
async function rowsOf(who: Who): Promise<readonly CallRow[]> {
  const rows: CallRow[] = [];
  for (let after = ''; ;) {
    const { callHistory } = await history.data<{
      callHistory: { edges: readonly { node: CallRow }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }>(`{ callHistory(first: 100 ${after}) { edges { node { ${ROW} } } pageInfo { hasNextPage endCursor } } }`, who);
    rows.push(...callHistory.edges.map(({ node }) => node));
    if (!callHistory.pageInfo.hasNextPage) return rows;
    after = `after: "${callHistory.pageInfo.endCursor}"`;
  }
}
/** The rows of the export, each by the names of its columns. */
async function exported(who: Who): Promise<readonly Readonly<Record<string, string>>[]> {
  const response = await history.get('/history/export.csv', who);
  return parse(await response.text(), { columns: true });
}

it('totals are the sums of the rows and of the export, for any calls', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(stories, async (happened) => {
      runs += 1;
      const account = `totals${runs}`;
      await deliver(happened, account);
      const boss: Who = { sub: 'sam', role: 'SUPERVISOR', account };
      const rows = await rowsOf(boss);
      await exportShowsTheRows(rows, boss);
      await inboundIsTheirSum(rows, boss);
      await transfersAreCountedFromThem(rows, boss);
      const agents = [...new Set(rows.flatMap(({ agent }) => (agent === null ? [] : [agent.id])))];
      for (const id of agents) await agentsTotalsAreTheirSum(rows, id, boss);
      await filtersTakeWhatTheyShow(rows, boss);
      for (const sub of agents.slice(0, 1)) await inboundIsTheirSum(await rowsOf({ sub, account }), { sub, account });
    }),
    { numRuns: 25 },
  );
}, 120_000);

async function deliver(happened: Parameters<typeof told>[0], account: string): Promise<void> {
  const [routing, presence] = [takeRouting(history.tables), takePresence(history.tables)];
  for (const envelope of told(happened, account))
    await (envelope.source === 'routing' ? routing : presence)(JSON.parse(JSON.stringify(envelope)));
}

async function exportShowsTheRows(rows: readonly CallRow[], who: Who): Promise<void> {
  const spans = (await exported(who)).map((row) => [
    row['Call'],
    ...['Ring seconds', 'Talk seconds', 'Hold seconds', 'Wrap-up seconds', 'Transfers'].map((column) => Number(row[column])),
  ]);
  expect(spans).toEqual(
    rows.map((row) => [row.id, row.ringSeconds, row.talkSeconds, row.holdSeconds, row.wrapUpSeconds, row.transfers.length]),
  );
}

async function inboundIsTheirSum(rows: readonly CallRow[], who: Who): Promise<void> {
  const { inboundStats } = await history.data<{
    inboundStats: { total: unknown; groups: readonly { entryNumber: Ref | null; counts: unknown }[] };
  }>(
    '{ inboundStats { total { calls talkSeconds meanWaitSeconds } groups { entryNumber { id } counts { calls talkSeconds meanWaitSeconds } } } }',
    who,
  );
  const inbound = rows.filter(({ direction, viaTransfer }) => direction === 'INBOUND' && viaTransfer === null);
  const counts = (among: readonly CallRow[]) => ({
    calls: among.length,
    talkSeconds: sum(among, ({ talkSeconds }) => talkSeconds),
    meanWaitSeconds: meanSeconds(
      among.flatMap(({ startedAt, answeredAt }) => (answeredAt === null ? [] : [msBetween(startedAt, answeredAt)])),
    ),
  });
  expect(inboundStats.total).toEqual(counts(inbound));
  for (const { entryNumber, counts: counted } of inboundStats.groups)
    expect(counted).toEqual(counts(inbound.filter((row) => row.entryNumber?.id === entryNumber?.id)));
}

async function agentsTotalsAreTheirSum(rows: readonly CallRow[], id: string, who: Who): Promise<void> {
  const query = `{ _entities(representations: [{ __typename: "Agent", id: "${id}" }]) { ... on Agent { stats { callsAnswered talkSeconds transfersInitiated } } } }`;
  const { _entities } = await history.data<{ _entities: readonly unknown[] }>(query, who);
  const answered = rows.filter(({ agent, answeredAt, direction }) => agent?.id === id && answeredAt !== null && direction !== 'INTERNAL');
  const exportedRows = (await exported(who)).filter(
    (row) => row['Agent id'] === id && row['Answered at'] !== '' && row['Direction'] !== 'INTERNAL',
  );
  const initiated = answered
    .filter(({ direction }) => direction === 'INBOUND')
    .flatMap(({ transfers }) => transfers.filter(({ status, transferor }) => status === 'COMPLETED' && transferor.id === id));
  const stats = {
    callsAnswered: answered.length,
    talkSeconds: sum(answered, ({ talkSeconds }) => talkSeconds),
    transfersInitiated: initiated.length,
  };
  expect(_entities).toEqual([{ stats }]);
  expect(sum(exportedRows, (row) => Number(row['Talk seconds']))).toBe(stats.talkSeconds);
}

async function transfersAreCountedFromThem(rows: readonly CallRow[], who: Who): Promise<void> {
  const { transferStats } = await history.data<{ transferStats: { byKind: readonly { kind: string; started: number }[] } }>(
    '{ transferStats { started completed returned returnRate timeToAnswerSeconds { median mean answered } byKind { kind started } } }',
    who,
  );
  const transfers = rows.flatMap((row) => row.transfers);
  const answered = transfers.flatMap(({ startedAt, answeredAt }) => (answeredAt === null ? [] : [msBetween(startedAt, answeredAt)]));
  const sorted = answered.toSorted((a, b) => a - b);
  const middle = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  const ended = transfers.filter(({ endedAt }) => endedAt !== null);
  const kindOf = ({ kind, number }: Transfer['target']): string => (kind === 'CONTACT' ? (number === null ? 'EXTERNAL' : 'NUMBER') : kind);
  expect(transferStats).toMatchObject({
    started: transfers.length,
    completed: transfers.filter(({ status }) => status === 'COMPLETED').length,
    returned: transfers.filter(({ returningAt }) => returningAt !== null).length,
    returnRate: ended.length === 0 ? null : ended.filter(({ returningAt }) => returningAt !== null).length / ended.length,
    timeToAnswerSeconds:
      answered.length === 0 ? null : { median: meanSeconds(middle), mean: meanSeconds(answered), answered: answered.length },
  });
  for (const { kind, started } of transferStats.byKind)
    expect(started).toBe(transfers.filter(({ target }) => kindOf(target) === kind).length);
}

async function filtersTakeWhatTheyShow(rows: readonly CallRow[], who: Who): Promise<void> {
  for (const seconds of new Set(rows.map(({ talkSeconds }) => talkSeconds)))
    expect(await history.ids(`(first: 100, filter: { minTalkSeconds: ${seconds}, maxTalkSeconds: ${seconds} })`, who)).toEqual(
      rows.filter(({ talkSeconds }) => talkSeconds === seconds).map(({ id }) => id),
    );
}

it.each([
  [0, 0],
  [499, 0],
  [500, 1],
  [1_499, 1],
  [1_500, 2],
  [2_500, 3],
])('%i ms are shown as %i s', (ms, seconds) => {
  expect(wholeSeconds(ms)).toBe(seconds);
});
