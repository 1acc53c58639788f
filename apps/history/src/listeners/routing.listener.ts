import { RoutingEvent, type Told } from '@cordboard/contracts';
import { noFlow, recordsAfter, type HistoryEvent } from '@cordboard/domain-history';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { loadFlow, saveFlow } from '../records/flow.store.ts';

/** What of a conversation makes history; the rest, and what routing may say in years to come, is passed over. */
const HEARD: ReadonlySet<string> = new Set<HistoryEvent['type']>([
  'call.began',
  'call.answered',
  'call.announced',
  'call.held',
  'call.resumed',
  'call.ended',
  'offer.made',
  'offer.ended',
  'transfer.started',
  'transfer.consulting',
  'transfer.completed',
  'transfer.returning',
  'transfer.ended',
]);

/** What routing said of a conversation becomes rows, in one transaction with how far we have heard it. */
export const takeRouting =
  (database: Database) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const events = told.events
      .filter((event) => HEARD.has(event.type))
      .map((event) => RoutingEvent.parse(event))
      .filter(isHistory)
      .map((event) => ('offer' in event ? { ...event, offer: keptOf(event.offer) } : event));
    return once(database, told, async (tx) => {
      if (events.length === 0) return;
      const before = told.from === 1 ? noFlow(told.key) : await loadFlow(tx, told.key);
      await saveFlow(tx, told.account, before, recordsAfter(before, events, told.at));
    });
  };

const isHistory = (event: RoutingEvent): event is Extract<RoutingEvent, { type: HistoryEvent['type'] }> => HEARD.has(event.type);

type Made = Extract<RoutingEvent, { type: 'offer.made' }>['offer'];
/** What of an offer is kept: the rest was for showing. */
const keptOf = ({ id, kind, callId, transferId, agentId, offeredAt, outcome, reason, endedAt }: Made) => ({
  id,
  kind,
  callId,
  transferId,
  agentId,
  offeredAt,
  outcome,
  reason,
  endedAt,
});
