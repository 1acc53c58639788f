/**
 * What must hold, from outside: who hears whom, whose phone rings with what, how transfers and offers stand, how agents are held.
 * Written from the rules and the policies (docs/rules.md, docs/decisions), not from the code that is held against it.
 */
import { AGENTS, LINES, TEAMS, type AgentId } from './cast.ts';
import {
  isFree,
  isHere,
  mayHave,
  mayRing,
  pending,
  rung,
  type Kind,
  type Offer,
  type Talk,
  type Transfer,
  type Who,
  type World,
} from './world.ts';

type Rung = { agent: AgentId | null; name: string; byHand: boolean };
/** Colleagues are rung on their devices, or at the number that their calls are forwarded to, where they pick up by hand. */
const colleague = (agent: AgentId): Rung => ({ agent, name: agent, byHand: AGENTS[agent].forwarding !== null });
export const outside = (number: string): Rung => ({ agent: null, name: number, byHand: true });
export function ring(w: World, t: Talk, kind: Kind, parties: readonly (AgentId | Rung)[]): void {
  t.round += 1;
  for (const party of parties.map((one) => (typeof one === 'string' ? colleague(one) : one))) {
    t.offers.push({ ...party, kind, outcome: null });
    if (party.agent) w.people[party.agent].rungAt = w.now;
  }
}

/** S21: whom the Number rings next; D0: only who is available. Nobody is rung twice in a step, nor whoever hands the call over. */
function nextOf(w: World, t: Talk, not: readonly (string | null)[] = []): { step: number; agents: AgentId[] } | null {
  const { number = '', rung: before = [] } = t.visit ?? {};
  const line = LINES[number];
  for (const [step, s] of (line?.open ? line.steps : []).entries()) {
    const already = before.filter((one) => one.step === step).map((one) => one.name);
    if (before.some((one) => one.step > step) || (s.how === 'ALL_AT_ONCE' && already.length > 0)) continue;
    const members: readonly AgentId[] = 'team' in s ? TEAMS[s.team] : [s.agent];
    const what = pending(t) ? 'COLD' : 'DIRECT';
    const free = members
      .filter((m) => mayRing(w, what, m) && pending(t)?.transferor !== m && !already.includes(m) && !not.includes(m))
      .sort();
    const since = (m: AgentId): number => (s.how === 'LONGEST_IDLE' ? w.people[m].idleSince : w.people[m].rungAt);
    const agents = s.how === 'ALL_AT_ONCE' ? free : free.sort((a, b) => since(a) - since(b)).slice(0, 1);
    if (agents.length > 0) return { step, agents };
  }
  return null;
}
/** S21: a Number greets those who are alone, if it has somebody to ring. */
export function enter(w: World, t: Talk, number: string): void {
  t.visit = { number, rung: [] };
  if (LINES[number]?.greets && nextOf(w, t) && t.phase !== 'CALLING') say(t, 'greeting');
  else goOn(w, t);
}
/** S20: where nobody is left, the voicemail or the message has the caller; S19: it never comes back. A warm one turns cold. */
export function goOn(w: World, t: Talk, not: readonly (string | null)[] = []): void {
  const next = nextOf(w, t, not);
  if (t.phase === 'GREETING') t.phase = pending(t) ? 'SENDING' : 'RINGING';
  if (next) {
    t.visit?.rung.push(...next.agents.map((name) => ({ step: next.step, name })));
    return ring(w, t, t.phase === 'CALLING' ? 'WARM' : t.phase === 'SENDING' ? 'COLD' : 'DIRECT', next.agents);
  }
  if (t.phase === 'CALLING') turnCold(w, t);
  say(t, LINES[t.visit?.number ?? '']?.voicemail ? 'voicemail' : 'unavailable-message');
}
function say(t: Talk, what: string): void {
  Object.assign(t, { phase: what === 'greeting' ? 'GREETING' : 'MACHINE', says: what, announced: t.announced + 1 });
}

/** A call of theirs has ended. */
export function release(w: World, who: Who | null): void {
  if (who?.agent && (who.up || who.leg === -1)) w.people[who.agent].idleSince = w.now;
}
export function over(w: World, t: Talk): void {
  for (const offer of rung(t)) offer.outcome = 'RESCINDED';
  for (const who of isHere(t)) release(w, who);
  if (t.caller.agent && t.caller.here) w.people[t.caller.agent].idleSince = w.now;
  for (const call of t.calls) call.over = true;
  Object.assign(t, { phase: 'OVER', who: null, transferor: null, says: null, visit: null });
  t.caller.here = false;
}
function end(t: Talk, status: string, reason: string | null): void {
  const transfer = pending(t);
  if (transfer) Object.assign(transfer, { status, reason });
}
function turnCold(w: World, t: Talk): void {
  Object.assign(pending(t) ?? {}, { mode: 'COLD', from: 'WARM' });
  for (const offer of rung(t)) offer.kind = 'COLD';
  release(w, t.transferor);
  Object.assign(t, { phase: 'SENDING', transferor: null });
}
/** Caller and transferor are together again. */
function takeBack(w: World, t: Talk, status: string, reason: string): void {
  for (const offer of rung(t)) offer.outcome = 'RESCINDED';
  release(w, t.who);
  end(t, status, reason);
  Object.assign(t, { phase: 'TALKING', who: t.transferor, transferor: null, visit: null, hold: t.transfers.at(-1)?.held });
}

/** Nobody took it. S7, S8, D5; a Number goes on by its own settings. */
function unanswered(w: World, t: Talk, reason: string, not: readonly (string | null)[]): void {
  const transfer = pending(t);
  if (t.visit) return goOn(w, t, not);
  if (t.phase === 'CALLING') return takeBack(w, t, 'FAILED', reason);
  if (t.phase === 'SENDING' && transfer) {
    const { transferor } = transfer;
    if (mayRing(w, 'RETURN', transferor)) {
      Object.assign(transfer, { status: 'RETURNING', reason });
      t.phase = 'RETURNING';
      return ring(w, t, 'RETURN', [{ ...colleague(transferor), byHand: tookByHand(t, transferor) }]);
    }
    end(t, 'FAILED', 'TRANSFEROR_UNAVAILABLE');
  } else if (t.phase === 'RETURNING') end(t, 'FAILED', transfer?.reason ?? reason);
  over(w, t);
}
const tookByHand = (t: Talk, agent: AgentId): boolean =>
  t.offers.findLast((o) => o.agent === agent && o.outcome === 'ACCEPTED')?.byHand ?? false;

/** S6, S15: the first takes it, the others stop ringing. */
export function take(t: Talk, offer: Offer, up: boolean): void {
  const { agent, name, kind, byHand } = offer;
  offer.outcome = 'ACCEPTED';
  for (const other of rung(t)) other.outcome = 'ANSWERED_ELSEWHERE';
  t.who = { agent, name, leg: t.offers.indexOf(offer), up, byHand };
  if (t.phase === 'CALLING') Object.assign(t, { phase: 'CONSULTING', talkingTo: 'TARGET', consulted: false });
  else Object.assign(t, { phase: 'JOINING', joining: kind });
}
/** The engine obeys: `picks` phones that are ours up, or joins whom it can as well. */
export function settle(w: World, t: Talk, joins: boolean): void {
  if (t.who && !t.who.byHand) t.who.up = true;
  if (!joins) return;
  const transfer = pending(t);
  if (t.phase === 'MACHINE' && transfer) complete(t, null);
  if (t.phase === 'CONSULTING' && t.who?.up && t.talkingTo === 'TARGET' && transfer) {
    t.consulted = true;
    transfer.status = 'CONSULTING';
  }
  if (t.phase !== 'JOINING' || !t.who?.up) return;
  if (t.joining === 'COLD' || t.joining === 'WARM') complete(t, t.who.agent);
  else if (t.joining === 'RETURN') end(t, 'RETURNED', transfer?.reason ?? null);
  else Object.assign(t.calls.at(-1) ?? {}, { agent: t.who.agent });
  // D17: whoever was on hold before a transfer is again once it is cancelled
  const last = t.transfers.at(-1);
  Object.assign(t, { phase: 'TALKING', hold: t.joining === 'RETURN' && last?.status === 'CANCELLED' && last.held, visit: null });
}
/** S13, S14, S16, S17, S38: another call begins, on the Number that it was transferred to, without an entry number. */
function complete(t: Talk, agent: AgentId | null): void {
  const transfer = pending(t);
  const before = t.calls.at(-1);
  if (!transfer || !before) return;
  transfer.status = 'COMPLETED';
  before.over = true;
  t.calls.push({ agent, line: transfer.number ?? before.line, entry: null, over: false });
}

/** D13: the transferor settles it. */
export function settled(w: World, t: Talk): void {
  if (t.phase === 'CALLING') return turnCold(w, t);
  release(w, t.transferor);
  Object.assign(t, { phase: 'JOINING', joining: 'WARM', transferor: null });
}
/** The caller is gone: D14. */
export function callerLeaves(w: World, t: Talk): void {
  if (!t.caller.here) return;
  end(t, 'ABANDONED', 'CALLER_HUNG_UP');
  if (t.phase !== 'CONSULTING' || !t.who?.up) return over(w, t);
  t.caller.here = false;
  for (const call of t.calls) call.over = true;
  t.phase = 'COLLEAGUES';
}
/** Somebody on the other side hangs up. */
export function leaves(w: World, t: Talk, who: Who, why: string): void {
  const reason = who.up ? 'TARGET_HUNG_UP' : why;
  if (who === t.transferor && t.phase !== 'COLLEAGUES') return settled(w, t);
  if (t.phase === 'CONSULTING' && !who.up) {
    release(w, who);
    Object.assign(t, { who: null, phase: 'CALLING' });
    return unanswered(w, t, why, []);
  }
  if (t.phase === 'CONSULTING') return takeBack(w, t, t.consulted ? 'CANCELLED' : 'FAILED', reason);
  if (t.phase !== 'JOINING') return over(w, t);
  release(w, who);
  Object.assign(t, { who: null, phase: t.joining === 'DIRECT' ? 'RINGING' : t.joining === 'RETURN' ? 'RETURNING' : 'SENDING' });
  unanswered(w, t, reason, who.up ? [who.agent] : []); // after a call one settles
}
/** D12: offers end; when none is left, it is unanswered, for the last one's reason. */
export function withdrawn(w: World, t: Talk, offers: readonly Offer[], outcome: string, reason: string): void {
  for (const offer of offers) offer.outcome = outcome;
  if (offers.length > 0 && rung(t).length === 0) unanswered(w, t, reason, []);
}
/** D12: whoever stopped being available stops being rung. */
export function noLongerRung(w: World, agent: AgentId): void {
  for (const t of Object.values(w.talks)) {
    const offers = rung(t).filter((offer) => offer.agent === agent && !mayHave(offer.kind, w.people[agent]));
    withdrawn(w, t, offers, 'RESCINDED', 'TARGET_UNAVAILABLE');
  }
}

export function cancel(w: World, t: Talk, transfer: Transfer | undefined): string {
  if (!transfer || transfer.status === 'CANCELLED') return 'done';
  if (transfer !== pending(t)) return 'ALREADY_ENDED';
  if (t.phase === 'CALLING' || t.phase === 'CONSULTING') return (takeBack(w, t, 'CANCELLED', 'CANCELLED_BY_TRANSFEROR'), 'done');
  const agent = transfer.transferor;
  if ((t.phase !== 'SENDING' && t.phase !== 'GREETING' && t.phase !== 'MACHINE') || !isFree(w, agent)) return 'NOT_READY';
  for (const offer of rung(t)) offer.outcome = 'RESCINDED';
  end(t, 'CANCELLED', 'CANCELLED_BY_TRANSFEROR');
  ring(w, t, 'RETURN', [{ ...colleague(agent), byHand: tookByHand(t, agent) }]);
  Object.assign(t, { visit: null, says: null });
  take(t, t.offers.at(-1) as Offer, false);
  return 'done';
}
/** The agent whose call it is ends it, or somebody else does for everybody (null). D16: one who has handed it over changes nothing. */
export function hangUp(w: World, t: Talk, by: AgentId | null): string {
  if (by !== null && (t.phase === 'CALLING' || t.phase === 'CONSULTING')) settled(w, t);
  else if (by !== null && pending(t)?.transferor === by && t.who?.agent !== by) return 'done';
  else {
    end(t, 'CANCELLED', 'CANCELLED_BY_TRANSFEROR');
    over(w, t);
  }
  return 'done';
}
