/** What the model knows of, and how agents are held by it. */
import { NAMES, type AgentId } from './cast.ts';

export type Kind = 'DIRECT' | 'COLD' | 'WARM' | 'RETURN';
type Phase = 'RINGING' | 'DIALLING' | 'GREETING' | 'MACHINE' | 'TALKING' | 'CALLING' | 'CONSULTING' | 'SENDING' | 'RETURNING' | 'JOINING' | 'COLLEAGUES' | 'OVER'; // prettier-ignore
/** Somebody on the other side of the caller: an agent, or a phone outside (agent null). `leg`: which offer's, -1 for a call that they began. */
export interface Who { agent: AgentId | null; name: string; leg: number; up: boolean; byHand: boolean } // prettier-ignore
export interface Offer { agent: AgentId | null; name: string; kind: Kind; outcome: string | null; byHand: boolean } // prettier-ignore
export interface Transfer { mode: string; from: string | null; status: string; reason: string | null; transferor: AgentId; number: string | null; held: boolean } // prettier-ignore
export interface Talk {
  phase: Phase;
  /** The party on the line that called, or that was called from inside. */
  caller: { name: string; agent: AgentId | null; here: boolean };
  kind: 'INBOUND' | 'OUTBOUND' | 'INTERNAL';
  calls: { agent: AgentId | null; line: string | null; entry: string | null; over: boolean }[];
  who: Who | null;
  joining: Kind | null;
  transferor: Who | null;
  talkingTo: 'CALLER' | 'TARGET';
  consulted: boolean;
  hold: boolean;
  /** The colleague who called has the other one on hold. */
  callerHolds: boolean;
  says: string | null;
  announced: number;
  round: number;
  offers: Offer[];
  transfers: Transfer[];
  /** With which Number the call is, and whom it has rung by step. */
  visit: { number: string; rung: { step: number; name: string }[] } | null;
}
export interface Person { status: string; reachable: boolean; wrapUp: boolean; rungAt: number; idleSince: number } // prettier-ignore
export interface World {
  now: number;
  people: Record<AgentId, Person>;
  talks: Record<string, Talk>;
  /** Agents who were let go a moment ago and are not rung before presence has said what follows. */
  settling: AgentId[];
  keys: Record<string, { hash: string; answer: string }>;
}

export const pending = (t: Talk): Transfer | undefined => t.transfers.find(({ status }) => /^(RINGING|CONSULTING|RETURNING)$/.test(status));
export const rung = (t: Talk): Offer[] => t.offers.filter((offer) => offer.outcome === null);
export const isHere = (t: Talk): Who[] => [t.who, t.transferor].flatMap((who) => who ?? []);

export const heldAs = (w: World, agent: AgentId): 'IN_CALL' | 'RINGING' | null => {
  const talks = Object.values(w.talks);
  const legs = talks.flatMap((t) => isHere(t)).filter((who) => who.agent === agent);
  if (legs.some((who) => who.up || who.leg === -1) || talks.some(({ caller }) => caller.here && caller.agent === agent)) return 'IN_CALL';
  return legs.length > 0 || talks.some((t) => rung(t).some((offer) => offer.agent === agent)) ? 'RINGING' : null;
};
/** D6: while their cold transfer is pending. */
export const reservations = (w: World, agent: AgentId): number =>
  Object.values(w.talks).filter((t) => pending(t)?.transferor === agent && !isHere(t).some((who) => who.agent === agent) && !rung(t).some((o) => o.agent === agent)).length; // prettier-ignore
/** D0, D6. */
export const mayHave = (what: Kind | 'CALL', { status, reachable, wrapUp }: Person): boolean =>
  reachable && !wrapUp && (status === 'AVAILABLE' || (status === 'TRANSFERS_ONLY' && what !== 'CALL' && what !== 'DIRECT'));
export const isFree = (w: World, agent: AgentId): boolean => heldAs(w, agent) === null && !w.settling.includes(agent);
export const mayRing = (w: World, what: Kind, agent: AgentId): boolean =>
  isFree(w, agent) && mayHave(what, w.people[agent]) && (what !== 'DIRECT' || reservations(w, agent) === 0);

export const talk = (phase: Phase, kind: Talk['kind'], caller: Omit<Talk['caller'], 'here'>, call: Partial<Talk['calls'][number]>): Talk => ({
  phase, kind, caller: { ...caller, here: true }, calls: [{ agent: null, line: null, entry: null, over: false, ...call }], who: null, joining: null,
  transferor: null, talkingTo: 'TARGET', consulted: false, hold: false, callerHolds: false, says: null, announced: 0, round: 0, offers: [], transfers: [], visit: null,
}); // prettier-ignore
export const newWorld = (): World => ({
  now: 0, talks: {}, settling: [], keys: {},
  people: Object.fromEntries(NAMES.map((id) => [id, { status: 'AVAILABLE', reachable: true, wrapUp: false, rungAt: -1, idleSince: 0 }])) as World['people'],
}); // prettier-ignore
