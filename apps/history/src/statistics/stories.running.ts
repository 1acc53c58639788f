import type { PresenceEvent, RoutingEvent } from '@cordboard/contracts';
import fc from 'fast-check';
import { nowhere, telling, toAgent, toOutside, time, type Telling } from '../history.running.ts';

/** What becomes of a transfer in a story. */
const FATES = [
  'person',
  'person',
  'person',
  'machine',
  'returned',
  'not taken back',
  'CANCELLED',
  'ABANDONED',
  'FAILED',
  'unfinished',
] as const;
const TARGETS = ['AGENT', 'TEAM', 'NUMBER', 'EXTERNAL', 'contact of a Number', 'contact of an outside number'] as const;
const AGENTS = ['ann', 'ben', 'cem', 'dua'] as const;
const NUMBERS = ['main', 'support'] as const;

const transfer = fc.record({
  mode: fc.constantFrom('COLD' as const, 'WARM' as const),
  turnsCold: fc.boolean(),
  target: fc.constantFrom(...TARGETS),
  taker: fc.constantFrom(...AGENTS),
  fate: fc.constantFrom(...FATES),
  rings: fc.nat(40_000),
  talks: fc.nat(90_000),
});
const story = fc.record({
  /** Seconds from the beginning of the year; summer time begins and ends in it. */
  begins: fc.oneof(fc.nat(31_000_000), fc.integer({ min: 7_600_000, max: 7_700_000 }), fc.integer({ min: 25_700_000, max: 25_850_000 })),
  direction: fc.constantFrom('INBOUND' as const, 'INBOUND' as const, 'INBOUND' as const, 'OUTBOUND' as const, 'INTERNAL' as const),
  line: fc.constantFrom(...NUMBERS),
  agent: fc.constantFrom(...AGENTS),
  answered: fc
    .boolean()
    .map((rarely) => !rarely)
    .chain((yes) => fc.constantFrom(true, true, yes)),
  unanswered: fc.constantFrom('NOBODY_ANSWERED' as const, 'CALLER_HUNG_UP' as const, 'VOICEMAIL' as const, 'ENGINE_LOST' as const),
  rings: fc.nat(30_000),
  transfers: fc.array(transfer, { maxLength: 3 }),
  ends: fc.boolean(),
  /** What the last talk lasts, in ms: often less than a second. */
  lasts: fc.oneof(fc.nat(2_000), fc.nat(40_000)),
  tags: fc.option(fc.uniqueArray(fc.constantFrom('refund', 'vip', '=1+1'), { minLength: 1 })),
  wrapsUp: fc.option(fc.nat(60_000)),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** A few conversations, anything at all in them. */
export const stories: fc.Arbitrary<readonly Story[]> = fc.array(story, { minLength: 1, maxLength: 12 });

/** What routing and presence would have said of these stories; every id begins with `prefix`, and the account is called so. */
export function told(told_: readonly Story[], prefix: string): readonly Telling[] {
  const presence = new Map<string, ReturnType<typeof telling>>();
  const voiceOf = (agentId: string) => {
    const voice = presence.get(agentId) ?? telling('presence', agentId, prefix);
    presence.set(agentId, voice);
    return voice;
  };
  return told_.flatMap((one, i) => conversation(one, `${prefix}-${i}`, prefix, voiceOf));
}

type Voice = (second: number, ...events: readonly (RoutingEvent | PresenceEvent)[]) => Telling;
function conversation(one: Story, k: string, prefix: string, voiceOf: (agentId: string) => Voice): readonly Telling[] {
  const say = telling('routing', k, prefix);
  const said: Telling[] = [];
  let now = one.begins;
  const then = (ms: number, ...events: readonly RoutingEvent[]): void => {
    now += ms / 1_000;
    said.push(say(now, ...events));
  };
  const name = (agent: string): string => `${prefix}-${agent}`;
  const inbound = one.direction === 'INBOUND';
  let [callId, agentId, calls] = [`${k}-c1`, name(one.agent), 1];
  const began = (id: string, via: string | null): RoutingEvent => ({
    type: 'call.began',
    callId: id,
    direction: one.direction,
    caller: one.direction === 'INTERNAL' ? null : '+33611111111',
    lineId: one.direction === 'INTERNAL' ? null : `${prefix}-${one.line}`,
    entryNumberId: inbound && via === null ? `${prefix}-${one.line}` : null,
    agentId: inbound || via !== null ? null : agentId,
    viaTransferId: via,
    callerAgentId: one.direction === 'INTERNAL' && via === null ? name('zoe') : null,
  });
  const ended = (how: Extract<RoutingEvent, { type: 'call.ended' }>['how'], id = callId, by: string | null = agentId): RoutingEvent => ({
    type: 'call.ended',
    callId: id,
    agentId: by,
    answered: by !== null,
    direction: one.direction,
    how,
    viaTransferId: null,
  });
  const offer = (outcome: 'ACCEPTED' | null, transferId: string | null, to: string): RoutingEvent => ({
    type: outcome === null ? 'offer.made' : 'offer.ended',
    offer: {
      ...{ id: `${transferId ?? k}-o`, kind: transferId === null ? 'DIRECT' : 'COLD_TRANSFER', callId, transferId, agentId: to, outcome },
      ...{ displayNumber: '+33611111111', notice: null, caller: null, transferorId: null, lineId: null, note: null, reason: null },
      ...{ offeredAt: time(one.begins), expiresAt: time(one.begins + 30), endedAt: outcome === null ? null : time(now) },
    },
  });

  then(0, began(callId, null), offer(null, null, agentId));
  if (!one.answered) {
    if (one.ends) then(one.rings, ended(one.unanswered, callId, null));
    return said;
  }
  then(one.rings, offer('ACCEPTED', null, agentId), { type: 'call.answered', callId, agentId });
  for (const [t, transfer_] of (one.direction === 'INTERNAL' ? [] : one.transfers).entries()) {
    const { fate, turnsCold, taker } = transfer_;
    const about = { transferId: `${k}-t${t + 1}`, callId, transferorId: agentId };
    const target = targetOf(transfer_.target, prefix, name(taker));
    then(transfer_.talks, { type: 'transfer.started', ...about, mode: transfer_.mode, target });
    const consulted = transfer_.mode === 'WARM' && !turnsCold && fate !== 'machine' && fate !== 'FAILED';
    if (consulted) then(transfer_.rings, { type: 'transfer.consulting', ...about });
    const mode = turnsCold ? ('COLD' as const) : transfer_.mode;
    if (fate === 'unfinished') return said;
    if (fate === 'returned' || fate === 'not taken back') {
      then(transfer_.rings, { type: 'transfer.returning', ...about, reason: 'NO_ANSWER' });
      const status = fate === 'returned' ? ('RETURNED' as const) : ('FAILED' as const);
      const over = { type: 'transfer.ended' as const, ...about, mode, status, reason: 'NO_ANSWER' as const };
      then(2_000, over, fate === 'returned' ? { type: 'call.resumed', callId } : ended('TRANSFER_UNANSWERED'));
      if (fate === 'not taken back') return said;
      continue;
    }
    if (fate !== 'person' && fate !== 'machine') {
      const reason = { CANCELLED: 'CANCELLED_BY_TRANSFEROR', ABANDONED: 'CALLER_HUNG_UP', FAILED: 'TRANSFEROR_UNAVAILABLE' } as const;
      then(transfer_.rings, { type: 'transfer.ended', ...about, mode, status: fate, reason: reason[fate] });
      if (fate === 'CANCELLED') continue;
      then(0, ended('CALLER_HUNG_UP'));
      return said;
    }
    const [before, newCallId] = [callId, `${k}-c${(calls += 1)}`];
    const person = fate === 'person';
    const takenBy = person && transfer_.target !== 'EXTERNAL' && transfer_.target !== 'contact of an outside number' ? name(taker) : null;
    then(
      transfer_.rings,
      { type: 'transfer.completed', ...about, mode, target, newCallId, targetAgentId: takenBy },
      began(newCallId, about.transferId),
      ended('TRANSFERRED', before, about.transferorId),
      person
        ? { type: 'call.answered', callId: newCallId, agentId: takenBy }
        : { type: 'call.announced', callId: newCallId, what: 'voicemail' },
    );
    notes(before, about.transferorId);
    if (takenBy === null) {
      then(5_000, ended(person ? 'TARGET_HUNG_UP' : 'VOICEMAIL', newCallId, null));
      return said;
    }
    [callId, agentId] = [newCallId, takenBy];
  }
  if (one.ends) {
    then(one.lasts, ended('CALLER_HUNG_UP'));
    notes(callId, agentId);
  }
  return said;

  /** What presence says of a call that has ended for an agent. */
  function notes(of: string, by: string): void {
    if (one.tags) said.push(voiceOf(by)(now, { type: 'call.tagged', callId: of, agentId: by, tags: one.tags }));
    if (one.wrapsUp !== null)
      said.push(
        voiceOf(by)(now, { type: 'wrapUp.ended', agentId: by, callId: of, startedAt: time(now), endedAt: time(now + one.wrapsUp / 1_000) }),
      );
  }
}

function targetOf(kind: (typeof TARGETS)[number], prefix: string, agentId: string) {
  const number = { ...nowhere, numberId: `${prefix}-support`, phoneNumber: '+33187000002', label: 'Support' };
  switch (kind) {
    case 'AGENT':
      return toAgent(agentId);
    case 'TEAM':
      return { ...nowhere, kind: 'TEAM' as const, teamId: `${prefix}-team`, label: 'Team' };
    case 'NUMBER':
      return { ...number, kind: 'NUMBER' as const };
    case 'EXTERNAL':
      return toOutside('+33622222222');
    case 'contact of a Number':
      return { ...number, kind: 'CONTACT' as const, contactId: `${prefix}-k1` };
    case 'contact of an outside number':
      return { ...toOutside('+33622222222'), kind: 'CONTACT' as const, contactId: `${prefix}-k2` };
  }
}
