// @ts-check
/**
 * Faults that somebody could make, each with the one place in the sources where it would be made.
 * @typedef {{ readonly name: string, readonly file: string, readonly from: string, readonly to: string }} Fault
 */
const RULES = 'libs/domain/transfer/src/';
const SERVICE = 'apps/routing/src/';

/** @type {(name: string, file: string, from: string, to: string) => Fault} */
const rule = (name, file, from, to) => ({ name, file: `${RULES}${file}`, from, to });
/** @type {(name: string, file: string, from: string, to: string) => Fault} */
const service = (name, file, from, to) => ({ name: `handler: ${name}`, file: `${SERVICE}${file}`, from, to });
/** @type {(name: string, from: string, to: string) => Fault} */
const store = (name, from, to) => ({ name: `store: ${name}`, file: 'tests/model/memory.ts', from, to });

/** @type {readonly Fault[]} */
export const faults = [
  rule('S4 an internal call can be transferred', 'start-transfer.ts', "if (call.direction === 'INTERNAL') return INTERNAL;", ''),
  rule('S7 an unanswered cold transfer does not come back', 'unanswered.ts', 'return facts.transferorAvailable\n', 'return false\n'),
  rule('S8 it comes back to a transferor who is not available', 'unanswered.ts', 'return facts.transferorAvailable\n', 'return true\n'),
  rule('S9 the target of a cold transfer sees the transferor', 'start-transfer.ts', "mode === 'COLD' ? undefined :", ''),
  rule(
    'S10 the caller hears the consultation',
    'consequences.ts',
    "return situation.talkingTo === 'CALLER' ? { as: 'talking', room: 'main' } : { as: 'held' };",
    "return { as: 'talking', room: situation.talkingTo === 'CALLER' ? 'main' : 'consultation' };",
  ),
  rule(
    'S11 the transferor cannot switch back to the target',
    'events.ts',
    '{ ...state.situation, talkingTo: event.to }',
    "{ ...state.situation, talkingTo: 'CALLER' }",
  ),
  rule(
    'S12 the target of a warm transfer sees the caller',
    'start-transfer.ts',
    "mode === 'COLD' ? undefined : consultationDisplay(transfer.shownAs)",
    'undefined',
  ),
  rule(
    'S13 the transferor stays on the line after completion',
    'warm.ts',
    "return [...settle(situation), { type: 'legReleased', legId: situation.legId, reason: 'hangup' }];",
    'return [...settle(situation)];',
  ),
  rule(
    'S14 the transferor’s call does not end',
    'legs.ts',
    "        { type: 'callEnded', callId, how: 'TRANSFERRED', at },\n        { type: 'callAnswered'",
    "        { type: 'callAnswered'",
  ),
  rule(
    'S15 a team is rung one member at a time',
    'start-transfer.ts',
    'return ring(partiesOf(reach.candidates),',
    'return ring(partiesOf(reach.candidates).slice(0, 1),',
  ),
  rule(
    'S15 who answers second is not told, and rings on',
    'offers.ts',
    "    ...others.flatMap((other) => endOffer(other, 'ANSWERED_ELSEWHERE', null, at)),\n",
    '',
  ),
  rule('S16 a direct transfer loses the line', 'offers.ts', 'transfer.target.numberId : before.lineId', 'transfer.target.numberId : null'),
  rule(
    'S17 the call is not attached to the Number',
    'offers.ts',
    "transfer.target.kind === 'NUMBER' ? transfer.target.numberId : before.lineId",
    'before.lineId',
  ),
  rule(
    'S19 a call comes back from a Number',
    'unanswered.ts',
    "numberFollowed(state) !== null && situation.is !== 'consulting'",
    "numberFollowed(state) !== null && situation.is === 'ringing'",
  ),
  rule('S20 a voicemail is passed over', 'through-a-number.ts', '    number.voicemail\n', '    number.id === ""\n'),
  rule(
    'S20 a warm transfer to a Number keeps its transferor',
    'through-a-number.ts',
    "    { type: 'legReleased', legId: situation.legId, reason: 'hangup' },\n",
    '',
  ),
  rule(
    'S21 who has waited longest is rung last',
    'distribution.ts',
    '(since(a) < since(b) ? -1 : since(a) > since(b) ? 1',
    '(since(a) > since(b) ? -1 : since(a) < since(b) ? 1',
  ),
  rule('S21 a transferor is rung for their own call', 'distribution.ts', 'isAvailable && agentId !== transferorId &&', 'isAvailable &&'),
  rule(
    'S38 the entry number goes on to the second call',
    'offers.ts',
    '  entryNumberId: null,\n  viaTransferId',
    '  entryNumberId: before.entryNumberId,\n  viaTransferId',
  ),
  rule(
    'D1 the ring time of a dialled number never ends',
    'consequences.ts',
    "if (situation.is === 'dialling') return [{",
    "if (situation.is === 'nothing') return [{",
  ),
  rule(
    'D5 an unanswered return ends for its own reason',
    'unanswered.ts',
    'reason: transferOf(state, situation.transferId)?.reason ?? reason,',
    'reason,',
  ),
  rule('D6 a transferor is not reserved', 'consequences.ts', "if (transfer.endedAt === null) hold(transfer.transferorId, 'RESERVED');", ''),
  rule('D11 eleven transfers', 'commands.ts', 'MOST_HOPS = 10', 'MOST_HOPS = 11'),
  rule(
    'D11 a second transfer begins beside the first',
    'start-transfer.ts',
    'if (state.transfers.some((transfer) => transfer.endedAt === null))',
    'if (false)',
  ),
  rule(
    'D12 one rejection ends everybody’s offer',
    'conversation.decider.ts',
    "(offer) => withdraw(state, [{ offer, outcome: 'REJECTED', reason: 'REJECTED' }], command)",
    "() => withdraw(state, ringing(state).map((offer) => ({ offer, outcome: 'REJECTED', reason: 'REJECTED' })), command)",
  ),
  rule(
    'D13 a transferor who hangs up while it rings loses the caller',
    'warm.ts',
    "    case 'calling':\n      return situation.legId === legId ? settle(situation) : null;",
    "    case 'calling':\n      return situation.legId === legId ? takeBack(after, situation, 'CANCELLED', 'CANCELLED_BY_TRANSFEROR', at) : null;",
  ),
  rule(
    'D13 a target who hangs up completes the transfer',
    'warm.ts',
    "? takeBack(after, situation, consultationBegan(state, situation) ? 'CANCELLED' : 'FAILED', reason, at)",
    '? settle(situation)',
  ),
  rule('D14 the target rings on when the caller has left', 'hang-up.ts', '    ...rescindAll(state, at, transferEnd.reason),\n', ''),
  rule('D14 a consultation ends with its caller', 'warm.ts', 'if (isUp(state, target.legId)) return [', 'if (false) return ['),
  rule(
    'a taken-back caller is still on hold',
    'events.ts',
    "legId, hold } };\n    }\n    case 'colleaguesLeft'",
    "legId, hold: true } };\n    }\n    case 'colleaguesLeft'",
  ),
  rule(
    'a transfer is cancelled although somebody has taken the call',
    'warm.ts',
    "(situation.is === 'transferring' || situation.is === 'announcing') && situation.transferId === transferId)",
    "((situation.is === 'transferring' || situation.is === 'announcing') && situation.transferId === transferId) || situation.is === 'connecting')",
  ),
  rule('a cancelled transfer ends once more', 'legs.ts', 'if (transfer?.endedAt === null) return', 'if (transfer) return'),
  rule('D17 a call is not on hold again after a cold transfer', 'legs.ts', 'return transfer?.wasOnHold ?', 'return transfer?.id === "" ?'),
  rule(
    'a phone that turns a call down is not let go of',
    'legs.ts',
    'return ringing(after).length > 0 ? [ended] :',
    'return ringing(after).length > 0 ? [] :',
  ),
  service(
    'D0 who takes transfers only is not rung with one',
    'transfers/reach.handler.ts',
    "whoMayBeRung('TRANSFER', members)",
    "whoMayBeRung('CALL', members)",
  ),
  service(
    'D12 who becomes unavailable rings on',
    'listeners/presence.listener.ts',
    'if (rescindIn) await this.rescind(rescindIn, account, standing.agentId);',
    '',
  ),
  service(
    'S21 a closed Number rings',
    'calls/number-facts.ts',
    'isOpen(number.openingHours, o.at) ? nextRound(known, o.visit) : null',
    'nextRound(known, o.visit)',
  ),
  service('the agents’ revisions are not checked', 'conversations/conversation.handler.ts', '(revs.get(id) ?? null)', 'null'),
  service('idempotency keys are not kept', 'transfers/transfer.handler.ts', 'o.idempotencyKey === null\n', 'true\n'),
  service('a key stands for any transfer', 'transfers/transfer.handler.ts', 'return outcome.hash === hash\n', 'return true\n'),
  service(
    'facts are taken twice, and in any order',
    'listeners/telephony.listener.ts',
    'const outcome = await this.apply(event, told, {',
    'const outcome = await this.apply(event, told, null && {',
  ),
  service(
    'a refusal is decided on what is remembered',
    'conversations/conversation.handler.ts',
    'if (quiet && !isFresh) {',
    'if (false) {',
  ),
  service(
    'ring times do not end with their offers',
    'conversations/conversation.handler.ts',
    'end: then.filter((timer) =>',
    'end: [].filter((timer) =>',
  ),
  service(
    'a commit is not told',
    'conversations/conversation.handler.ts',
    'if (saved.row) this.publishSoon(saved.row);',
    'if (saved.row && before.transfers.length === 0) this.publishSoon(saved.row);',
  ),
  store('the version is not checked', '?.version ?? 0) !== expected)', '?.version ?? 0) < expected)'),
  store('the agents’ revisions are not checked', '(rev === null || rev === row.rev)', 'true'),
  store('idempotency keys are not looked up', 'const known = once && this.keys.get(key);', 'const known = null;'),
  store('facts are taken twice', "if (cursor && cursor.seq <= (this.inbox.get(place) ?? 0)) return { outcome: 'duplicate' };", ''),
  store('facts are taken in any order', "if (cursor && cursor.from > (this.inbox.get(place) ?? 0) + 1) return { outcome: 'gap' };", ''),
];
