import fc from 'fast-check';
import type { RoutingEvent, Told } from '@cordboard/contracts';
import { newId } from '@cordboard/platform-process';
import { ended, engaged, envelopes, freed, handedOn, nowhere, picture, RunningPresence } from '../presence.running.ts';

let running: RunningPresence;
beforeAll(async () => {
  running = await RunningPresence.start();
  await running.policy({ busyAfterColdSeconds: 20 });
});
afterAll(() => running?.stop());

const OUTSIDE = { ...nowhere, kind: 'EXTERNAL', label: 'o', phoneNumber: '+33622222222' } as const;
const BOB = { ...nowhere, kind: 'AGENT', label: 'Bob', agentId: 'bob' } as const;
const WAYS = ['caller leaves', 'cold outside', 'cold to Bob', 'warm to Bob', 'abandoned in consultation'] as const;

/** A conversation in which the agent's call ends in one of these ways, as commits; the times are the same whoever the agent is, and no timer is due yet. */
function told(agentId: string, way: (typeof WAYS)[number]): Told<RoutingEvent>[] {
  const [key, callId] = [newId(), newId()];
  let minute = 0;
  const commit = envelopes(key, () => new Date(Date.UTC(2099, 0, 5, 10, minute++)).toISOString());
  const here = (events: RoutingEvent[]) => events.map((event) => ('callId' in event ? { ...event, callId } : event) as RoutingEvent);
  const begun = [
    commit(engaged(agentId, 'RINGING'), picture(callId, agentId)),
    commit(engaged(agentId, 'IN_CALL'), picture(callId, agentId, 'bob')),
  ];
  const transferEnded: RoutingEvent = {
    type: 'transfer.ended',
    transferId: 't1',
    callId,
    transferorId: agentId,
    mode: 'WARM',
    status: 'ABANDONED',
    reason: 'CALLER_HUNG_UP',
  };
  switch (way) {
    case 'caller leaves':
      return [...begun, commit(...here([ended(agentId)]), freed(agentId))];
    case 'cold outside':
      return [...begun, commit(engaged(agentId, 'RESERVED')), commit(...here(handedOn(agentId, 'COLD', OUTSIDE)))];
    case 'cold to Bob':
      return [...begun, commit(engaged(agentId, 'RESERVED')), commit(...here(handedOn(agentId, 'COLD', BOB)))];
    case 'warm to Bob':
      return [...begun, commit(...here(handedOn(agentId, 'WARM', BOB)))];
    case 'abandoned in consultation':
      return [...begun, commit(transferEnded, ...here([ended(agentId)])), commit(freed(agentId))];
  }
}

/** All that is kept of an agent and told of them, without the ids of this run. */
async function left(agentId: string): Promise<unknown> {
  const [row] = await running.presence.database.query<{ state: object; rev: number }>(
    'SELECT state, rev FROM agent WHERE id = $1',
    agentId,
  );
  const timers = await running.presence.database.query('SELECT due_at, body FROM timer WHERE subject = $1 ORDER BY id', agentId);
  const calls = await running.presence.database.query('SELECT tags, must_have_tag FROM call WHERE agent_id = $1', agentId);
  const text = JSON.stringify({ row, timers, calls, told: await running.told(agentId) });
  return JSON.parse(text.replaceAll(/[0-9a-z]{20}/g, 'id')) as unknown;
}

it('a stream that comes twice and in any order leaves what one leaves that comes once and in order', () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(...WAYS), fc.infiniteStream(fc.nat(99)), async (way, dice) => {
      const [once, shuffled] = [await running.online(), await running.online()];
      for (const envelope of told(once.agentId, way)) expect(await running.presence.routing.take(envelope)).toBe('applied');

      const waiting = told(shuffled.agentId, way).flatMap((envelope) => [envelope, envelope]);
      while (waiting.length > 0) {
        const next = Number(dice.next().value) % waiting.length;
        const [envelope] = waiting.slice(next);
        if (envelope && (await running.presence.routing.take(envelope)) !== 'gap') waiting.splice(next, 1); // a gap comes again
      }
      expect(withoutWalltime(await left(shuffled.agentId))).toEqual(withoutWalltime(await left(once.agentId)));
    }),
    { numRuns: 25 },
  ));

/** When the devices came online is each agent's own. */
const withoutWalltime = (kept: unknown): unknown =>
  JSON.parse(JSON.stringify(kept).replaceAll(/"(\d{4}-[^"]+Z)"/g, (whole, at: string) => (at.startsWith('2099') ? whole : '"now"')));
