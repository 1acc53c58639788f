import { isOver, timers as wantedTimers, type Conversation } from '@cordboard/domain-transfer';
import { NAMES } from './cast.ts';
import type { EngineLeg } from './engine.ts';
import type { System } from './system.ts';
import type { AgentRow } from './routing.ts';
import { personView, type TalkView, type View } from './view.ts';

const KINDS = { DIRECT: 'DIRECT', COLD_TRANSFER: 'COLD', WARM_TRANSFER: 'WARM', TRANSFER_RETURN: 'RETURN' } as const;
const TERMINAL = new Set(['transfer.completed', 'transfer.ended']);

/** The same picture as the system shows it: from the engine's legs, routing's tables, and what the others were told. */
export async function observed(
  system: System,
  ids: ReadonlyMap<string, string>,
  since: number,
): Promise<{ view: View; wrong: readonly string[] }> {
  const [rows, due] = [await system.tables.rows(), await system.tables.timers()];
  const talks: Record<string, TalkView> = {};
  const wrong = [
    ...system.missing().map((key) => `${key} was told with a gap`),
    ...system.engine.unreached().map((leg) => `${leg} is not as it is wanted`),
  ];
  for (const [id, conversationId] of ids) {
    const stored = await system.tables.conversations.load(conversationId);
    if (!stored) continue;
    const { state } = stored;
    const legs = [...system.engine.legs.values()].filter((leg) => leg.conversationId === conversationId && leg.state !== 'ended');
    talks[id] = {
      phones: Object.fromEntries(legs.map((leg) => [nameOf(leg, state), does(leg, legs, state)])),
      calls: state.calls.map(
        ({ agentId, lineId, entryNumberId, ended }) => `${agentId} on ${lineId} from ${entryNumberId}${ended ? ' over' : ''}`,
      ),
      transfers: state.transfers.map(
        ({ mode, convertedFrom, status, reason, transferorId, wasOnHold }) =>
          `${transferorId} ${mode}${convertedFrom ? ` was ${convertedFrom}` : ''} ${status} ${reason}${wasOnHold ? ' from hold' : ''}`,
      ),
      offers: state.offers.map(({ agentId, address, kind, end }) => `${agentId ?? address} ${KINDS[kind]} ${end?.outcome ?? null}`),
      timers: due.filter((timer) => timer.subject === conversationId).length,
    };
    wrong.push(...wrongs(system, conversationId, stored.state, stored.told, legs));
  }
  const agents = rows
    .filter(({ id }) => NAMES.some((name) => name === id))
    .sort((a, b) => NAMES.findIndex((n) => n === a.id) - NAMES.findIndex((n) => n === b.id))
    .map((row) => [row.id, `${row.settling_conversation ? 'settling ' : ''}${personOf(row, since)}`]);
  return { view: { talks, agents: Object.fromEntries(agents) }, wrong };
}

const personOf = (row: AgentRow, since: number): string =>
  personView({
    heldAs: row.engaged_as,
    reservations: row.reserved_by.length,
    status: row.status,
    reachable: row.reachable,
    wrapUp: row.in_wrap_up,
    rungAt: row.last_offered_at ? (row.last_offered_at.getTime() - since) / 1_000 : -1,
    idleSince: (row.idle_since.getTime() - since) / 1_000,
  });

const nameOf = (leg: EngineLeg, state: Conversation): string => (isCaller(leg) ? 'caller' : (state.offers.find((o) => o.legId === leg.legId)?.agentId ?? leg.agentId ?? leg.address)); // prettier-ignore
const isCaller = ({ legId }: EngineLeg): boolean => legId.startsWith('in-') || /-d[01]$/.test(legId);

function does(leg: EngineLeg, all: readonly EngineLeg[], state: Conversation): string {
  if (leg.held) return 'music';
  if (leg.hearing) return leg.hearing.what;
  if (leg.ringback) return 'ringback';
  if (leg.state === 'ringing') return `rings ${leg.shows}`;
  if (leg.room === null) return 'silence';
  const others = all.filter((other) => other !== leg && other.room === leg.room && !other.held);
  return others.length === 0 ? 'nobody' : others.map((other) => nameOf(other, state)).sort().join(' and '); // prettier-ignore
}

/** What never holds of a conversation that has come to rest. */
function wrongs(system: System, id: string, state: Conversation, told: number, legs: readonly EngineLeg[]): string[] {
  const events = (system.told.get(id) ?? []).flatMap((envelope) => envelope.events);
  const count = state.transfers.map(({ id: transferId, endedAt }) => {
    const own = events.filter((event) => 'transferId' in event && event.transferId === transferId && event.type.startsWith('transfer.'));
    const ends = own.filter((event) => TERMINAL.has(event.type)).length;
    return ends !== (endedAt === null ? 0 : 1) || (ends === 1 && !TERMINAL.has(own.at(-1)?.type ?? '')) ? `${transferId} was told to end ${ends} times` : ''; // prettier-ignore
  });
  const won = state.offers.flatMap(({ end, group }) => (end?.outcome === 'ACCEPTED' ? group : []));
  return [
    ...count.filter(Boolean),
    ...(events.length === told ? [] : [`${id} has told ${told} events, and ${events.length} were heard`]),
    ...(new Set(won).size < won.length ? [`${id}: two have won one call`] : []),
    ...state.ending.map(({ legId }) => `${legId} is still on its way out`),
    ...(state.situation.is === 'ended' && (!isOver(state) || legs.length > 0 || wantedTimers(state).length > 0)
      ? [`${id} is over and something goes on`]
      : []),
  ];
}
