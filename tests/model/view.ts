import { AGENTS, LINES, NAMES, type AgentId } from './cast.ts';
import { heldAs, reservations, rung, type Offer, type Person, type Talk, type Who, type World } from './world.ts';

/** All that can be seen from outside. */
export interface View {
  readonly talks: Readonly<Record<string, TalkView>>;
  /** How routing's rows hold the agents. */
  readonly agents: Readonly<Record<string, string>>;
}
export interface TalkView {
  /** What each phone does: `rings` and what it shows, or whom or what it hears. */
  readonly phones: Readonly<Record<string, string>>;
  readonly calls: readonly string[];
  readonly transfers: readonly string[];
  readonly offers: readonly string[];
  /** Ring times that go on. */
  readonly timers: number;
}

/** The picture that the model predicts, once everything has come to rest. */
export const expected = (w: World): View => ({
  talks: Object.fromEntries(Object.entries(w.talks).map(([id, t]) => [id, talkView(t)])),
  agents: Object.fromEntries(
    NAMES.map((id) => [id, personView({ ...w.people[id], heldAs: heldAs(w, id), reservations: reservations(w, id) })]),
  ),
});
export const personView = (p: Person & { heldAs: string | null; reservations: number }): string =>
  `${p.heldAs ?? 'free'}${' reserved'.repeat(p.reservations)}, ${p.status}${p.reachable ? '' : ' offline'}${p.wrapUp ? ' in wrap-up' : ''}, rung at ${p.rungAt}, idle since ${p.idleSince}`;

const talkView = (t: Talk): TalkView => ({
  phones: { ...(t.caller.here ? { caller: callerHears(t) } : {}), ...Object.fromEntries(others(t)) },
  calls: t.calls.map(({ agent, line, entry, over }) => `${agent} on ${line} from ${entry}${over ? ' over' : ''}`),
  transfers: t.transfers.map(
    ({ mode, from, status, reason, transferor, held }) =>
      `${transferor} ${mode}${from ? ` was ${from}` : ''} ${status} ${reason}${held ? ' from hold' : ''}`,
  ),
  offers: t.offers.map(({ name, kind, outcome }) => `${name} ${kind} ${outcome}`),
  timers: rung(t).length > 0 || t.phase === 'DIALLING' ? 1 : 0,
});

/** Never silence: a person, music, ringback, or a Number's words. */
function callerHears(t: Talk): string {
  switch (t.phase) {
    case 'RINGING':
      return 'ringback';
    case 'DIALLING':
      return `rings ${lineOf(t)}`;
    case 'GREETING':
    case 'MACHINE':
      return t.says ?? '';
    case 'JOINING': // somebody has taken it and has yet to pick up
      return t.joining === 'DIRECT' ? 'ringback' : 'music';
    case 'TALKING':
      return t.hold ? 'music' : t.callerHolds ? 'nobody' : (t.who?.name ?? '');
    case 'CALLING':
    case 'CONSULTING':
      return t.talkingTo === 'CALLER' ? (t.transferor?.name ?? '') : 'music';
    case 'SENDING':
    case 'RETURNING':
      return 'music';
    case 'COLLEAGUES':
    case 'OVER':
      return 'nobody';
  }
}

function others(t: Talk): [string, string][] {
  const { who, transferor, phase, talkingTo } = t;
  const phones = rung(t).map((offer): [string, string] => [offer.name, `rings ${shownTo(t, offer)}`]);
  const target = (one: Who): string => {
    if (!one.up) return `rings ${shownTo(t, t.offers[one.leg])}`;
    if (phase === 'CONSULTING') return talkingTo === 'CALLER' ? 'music' : (transferor?.name ?? '');
    if (phase === 'COLLEAGUES') return transferor?.name ?? '';
    return t.callerHolds ? 'music' : t.hold ? 'nobody' : 'caller';
  };
  if (who) phones.push([who.name, phase === 'DIALLING' ? 'ringback' : target(who)]);
  const hears = phase === 'COLLEAGUES' || talkingTo === 'TARGET' ? (who?.up ? who.name : 'ringback') : 'caller';
  if (transferor) phones.push([transferor.name, hears]);
  return phones;
}

/** S9: the caller; S12: the transferor, while they may consult; outside, the account's own line. */
function shownTo(t: Talk, offer: Offer | undefined): string {
  const { name, agent } = t.caller;
  if (offer?.agent === null) return lineOf(t);
  const transferor: AgentId | undefined = t.transfers.at(-1)?.transferor;
  if (offer?.kind === 'WARM' && transferor) return AGENTS[transferor].extension;
  return agent ? AGENTS[agent].extension : name;
}
const lineOf = (t: Talk): string => LINES[t.calls.at(-1)?.line ?? '']?.e164 ?? 'anonymous';
