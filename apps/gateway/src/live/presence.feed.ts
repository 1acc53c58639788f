import { eventsOf, PresenceEvent, presenceSnapshot, type PresenceView, type Told } from '@cordboard/contracts';
import type { Bus, Place } from '@cordboard/platform-messaging';
import type { Identity } from '@cordboard/platform-subgraph';
import { patiently } from './patient.ts';
import { readPlace, writePlace, type StreamTap } from './stream-tap.ts';

interface Args {
  readonly teamIds?: readonly string[] | null;
  readonly agentIds?: readonly string[] | null;
  readonly after?: string | null;
}

const agent = (id: string, presence: PresenceView) => ({ __typename: 'Agent', id, presence });

/**
 * Who is available: everybody first, then each change once and in order. The feed is listened to before the snapshot is taken, and
 * what the snapshot already holds is known by its version, so nothing is missed and nothing told twice.
 */
export async function* presenceFeed(
  tap: StreamTap,
  bus: Bus,
  { teamIds = null, agentIds = null, after }: Args,
  { account }: Identity,
): AsyncGenerator<unknown> {
  const { heard, leave } = tap.listen();
  const seen = new Map<string, number>();
  const everybody = teamIds === null && agentIds === null;

  const snapshot = async () => {
    const { now } = tap;
    const { agents } = await patiently(() =>
      bus.ask(presenceSnapshot, { account, agentIds: agentIds && [...agentIds], teamIds: teamIds && [...teamIds] }),
    );
    seen.clear();
    for (const { agentId, presence } of agents) seen.set(agentId, presence.version);
    return {
      __typename: 'PresenceSnapshot',
      agents: agents.map(({ agentId, presence }) => agent(agentId, presence)),
      cursor: writePlace(now),
    };
  };
  const changes = (told: Told<{ type: string }>, place: Place) =>
    told.account !== account
      ? []
      : eventsOf(PresenceEvent, told).flatMap((event) => {
          if (event.type !== 'presence.changed' || !(everybody || seen.has(event.agentId))) return [];
          if ((seen.get(event.agentId) ?? 0) >= event.presence.version) return [];
          seen.set(event.agentId, event.presence.version);
          return [{ __typename: 'PresenceChanged', agent: agent(event.agentId, event.presence), cursor: writePlace(place) }];
        });

  try {
    const place = after ? readPlace(after) : null;
    const missed = place && everybody ? tap.since(place) : null;
    if (missed) for (const entry of missed) yield* changes(entry.told, entry.place);
    else yield await snapshot();
    for await (const next of heard) {
      if (next.is === 'lost') yield await snapshot();
      else yield* changes(next.told, next.place);
    }
  } finally {
    leave();
  }
}
