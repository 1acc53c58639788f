import { badInput, batched, forbidden, notFound, seesAll, type Identity } from '@cordboard/platform-subgraph';
import type { DirectoryStore } from '../directory/directory.store.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { countsOf, inboundCounts, KINDS, outcomes, seconds, sum } from './figures.ts';
import type { InboundStatisticsStore } from './inbound.store.ts';
import type { Range, TransferStatisticsStore } from './statistics.store.ts';

/** An agent, by their id alone: who they are is the directory's. */
export interface AgentRef {
  readonly id: string;
}

export function statisticsResolvers(
  transfers: TransferStatisticsStore,
  inbound: InboundStatisticsStore,
  directory: DirectoryStore,
): Pick<Resolvers, 'Agent' | 'AgentStats' | 'TransferStats'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'transferStats' | 'inboundStats'>;
} {
  const initiatedBy = perAgent((account, ids, range) => transfers.initiated(account, ids, range));
  const answeredBy = perAgent((account, ids, range) => transfers.answered(account, ids, range));
  return {
    Query: {
      transferStats: async (_, { range, agentId, teamId }, { identity }) => {
        const transferors = await whose(directory, identity, agentId ?? null, teamId ?? null);
        return transfers.count({ account: identity.account, transferors, range: rangeOf(range) });
      },
      inboundStats: async (_, { range, groupBy, entryNumberId }, { identity }) => {
        const { account, agentId } = identity;
        const wanted = {
          account,
          participant: seesAll(identity) ? null : agentId,
          entryNumberId: entryNumberId ?? null,
          range: rangeOf(range),
        };
        const groups = await inbound.count(wanted, groupBy ?? 'ENTRY_NUMBER', await directory.timeZone(account));
        return {
          total: inboundCounts(groups),
          groups: groups.map((group) => ({
            entryNumber: group.entryNumberId === null ? null : { id: group.entryNumberId },
            startedAt: group.startedAt?.toISOString() ?? null,
            counts: inboundCounts([group]),
          })),
        };
      },
    },
    Agent: {
      __resolveReference: ({ id }) => ({ id }),
      stats: ({ id }, { range }, { identity }) => {
        if (!seesAll(identity) && id !== identity.agentId) throw forbidden('Agents see their own statistics; supervisors see everybody’s.');
        return { agentId: id, range: rangeOf(range) };
      },
    },
    AgentStats: {
      transfersInitiated: async ({ agentId, range }, _, { identity }) => sum(await initiatedBy(identity, agentId, range), 'count'),
      transfersInitiatedByKind: async ({ agentId, range }, _, { identity }) => [...(await initiatedBy(identity, agentId, range))],
      callsAnswered: async ({ agentId, range }, _, { identity }) => sum(await answeredBy(identity, agentId, range), 'calls'),
      talkSeconds: async ({ agentId, range }, _, { identity }) => sum(await answeredBy(identity, agentId, range), 'talkSeconds'),
    },
    TransferStats: {
      started: ({ groups }) => sum(groups, 'started'),
      completed: ({ groups }) => sum(groups, 'completed'),
      initiated: ({ groups }) => sum(groups, 'initiated'),
      returned: ({ groups }) => sum(groups, 'returned'),
      returnRate: ({ groups }) => {
        const ended = groups.filter((group) => group.ended > 0);
        return ended.length === 0 ? null : sum(ended, 'returned') / sum(ended, 'ended');
      },
      timeToAnswerSeconds: ({ groups, medianMs }) => {
        const answered = sum(groups, 'answered');
        return answered === 0 || medianMs === null
          ? null
          : { median: seconds(medianMs), mean: seconds(sum(groups, 'answerMs') / answered), answered };
      },
      byKind: ({ groups }) =>
        KINDS.flatMap((kind) => countsOf(groups.filter((group) => group.kind === kind)).map((counts) => ({ kind, ...counts }))),
      byOutcome: ({ groups }) => [...outcomes(groups).values()],
      perBucket: async ({ wanted }, { by }) => {
        const buckets = await transfers.perBucket(wanted, by === 'HOUR' ? 'hour' : 'day', await directory.timeZone(wanted.account));
        return buckets.map(({ startedAt, ...counts }) => ({ startedAt: startedAt.toISOString(), ...counts }));
      },
    },
  };
}

/** Whose transfers somebody is shown; null: everybody's. @throws FORBIDDEN, NOT_FOUND */
async function whose(
  directory: DirectoryStore,
  identity: Identity,
  agentId: string | null,
  teamId: string | null,
): Promise<readonly string[] | null> {
  const { account } = identity;
  if (!seesAll(identity)) {
    if (teamId !== null || (agentId ?? identity.agentId) !== identity.agentId)
      throw forbidden('Agents see their own statistics; supervisors see everybody’s.');
    return [identity.agentId];
  }
  if (agentId !== null && !(await directory.hasAgent(account, agentId))) throw notFound('agent');
  if (teamId === null) return agentId === null ? null : [agentId];
  const members = await directory.membersOf(account, teamId);
  if (members === null) throw notFound('team');
  return agentId === null ? members : members.filter((id) => id === agentId);
}

function rangeOf(range: { from?: string | null; to?: string | null } | null | undefined): Range {
  const [from, to] = [range?.from ?? null, range?.to ?? null];
  if (from !== null && to !== null && Date.parse(from) > Date.parse(to)) throw badInput('A range ends after it begins.');
  return { from, to };
}

/** Figures of agents, many in one statement, each once a request and range. */
function perAgent<Row extends { readonly agentId: string }>(
  load: (account: string, agentIds: readonly string[], range: Range) => Promise<readonly Row[]>,
): (identity: Identity, agentId: string, range: Range) => Promise<readonly Row[]> {
  const find = batched(async (account, asked) => {
    const ranges = new Map<string, string[]>();
    for (const id of asked) {
      const [agentId, ...range] = JSON.parse(id) as [string, string | null, string | null];
      ranges.set(JSON.stringify(range), [...(ranges.get(JSON.stringify(range)) ?? []), agentId]);
    }
    const found = await Promise.all(
      [...ranges].map(async ([range, agentIds]) => {
        const [from, to] = JSON.parse(range) as [string | null, string | null];
        const rows = await load(account, agentIds, { from, to });
        return agentIds.map((agentId) => ({
          id: JSON.stringify([agentId, from, to]),
          rows: rows.filter((row) => row.agentId === agentId),
        }));
      }),
    );
    return found.flat();
  });
  return async (identity, agentId, { from, to }) => (await find(identity, JSON.stringify([agentId, from, to])))?.rows ?? [];
}
