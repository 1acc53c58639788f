/** How calls and transfers begin, or why they do not. */
import { AGENTS, BLOCKED, CONTACTS, LINES, NOWHERE, TEAMS, type AgentId } from './cast.ts';
import { enter, outside, over, release, ring } from './model.ts';
import { isFree, mayRing, pending, talk, type Talk, type World } from './world.ts';

export function callIn(w: World, id: string, from: string, to: string): void {
  const line = Object.keys(LINES).find((one) => LINES[one]?.e164 === to) ?? null;
  const t = (w.talks[id] = talk('RINGING', 'INBOUND', { name: from, agent: null }, { line, entry: line }));
  if (line !== null) return enter(w, t, line);
  over(w, t);
  t.calls = [];
}
const notDialled = (agent: AgentId, to: string): string | null =>
  to === NOWHERE ? 'INVALID_DESTINATION' : !AGENTS[agent].mayDialOut || to === BLOCKED ? 'FORBIDDEN_DESTINATION' : null;
const lineAt = (e164: string): string | undefined => Object.keys(LINES).find((one) => LINES[one]?.e164 === e164);
export function dial(w: World, id: string, agent: AgentId, to: string): string {
  const line: string | null = AGENTS[agent].line;
  const no = lineAt(to) ? 'INVALID_DESTINATION' : (notDialled(agent, to) ?? (line === null ? 'INVALID_DESTINATION' : null));
  if (no ?? !isFree(w, agent)) return no ?? 'NOT_READY';
  const t = (w.talks[id] = talk('DIALLING', 'OUTBOUND', { name: to, agent: null }, { agent, line }));
  Object.assign(t, { who: { agent, name: agent, leg: -1, up: false, byHand: false }, round: 1 });
  return 'done';
}
export function callAgent(w: World, id: string, agent: AgentId, colleague: AgentId): string {
  if (!isFree(w, agent)) return 'NOT_READY';
  if (agent === colleague) return 'INVALID_DESTINATION';
  if (!mayRing(w, 'DIRECT', colleague)) return 'TARGET_UNAVAILABLE';
  const t = (w.talks[id] = talk('RINGING', 'INTERNAL', { name: agent, agent }, {}));
  ring(w, t, 'DIRECT', [colleague]);
  return 'done';
}
export type Target =
  { agentId: AgentId } | { teamId: keyof typeof TEAMS } | { numberId: string } | { contactId: string } | { phoneNumber: string };
/** S1-S5, D11. */
export function start(w: World, t: Talk, mode: 'COLD' | 'WARM', target: Target): string {
  const { who } = t;
  if (t.kind === 'INTERNAL') return 'INTERNAL_CALL';
  if (pending(t)) return 'TRANSFER_IN_PROGRESS';
  if (t.phase !== 'TALKING' || !who?.agent) return 'NOT_READY';
  if (t.transfers.filter(({ status }) => status === 'COMPLETED').length >= 10) return 'HOP_LIMIT';
  const agent = who.agent;
  const phone = 'phoneNumber' in target ? target.phoneNumber : 'contactId' in target ? (CONTACTS[target.contactId] ?? '') : null;
  const number = 'numberId' in target ? target.numberId : phone === null ? null : (lineAt(phone) ?? null);
  const members: readonly AgentId[] = 'agentId' in target ? [target.agentId] : 'teamId' in target ? TEAMS[target.teamId] : [];
  const free = members.filter((m) => m !== agent && mayRing(w, 'COLD', m));
  if ('agentId' in target && target.agentId === agent) return 'INVALID_DESTINATION';
  if (number === null && phone === null && free.length === 0) return 'TARGET_UNAVAILABLE';
  if (number === null && phone === t.caller.name) return 'INVALID_DESTINATION';
  const no = number === null && phone !== null ? notDialled(agent, phone) : null;
  if (no) return no;
  t.transfers.push({ mode, from: null, status: 'RINGING', reason: null, transferor: agent, number, held: t.hold });
  Object.assign(t, mode === 'COLD' ? { phase: 'SENDING' } : { phase: 'CALLING', transferor: who, talkingTo: 'TARGET' });
  t.who = null;
  if (mode === 'COLD') release(w, who);
  if (number !== null) enter(w, t, number);
  else ring(w, t, mode, phone === null ? [...free].sort() : [outside(phone)]);
  return 'done';
}
