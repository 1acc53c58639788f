import { refuse } from '@cordboard/decider';
import { engagements, wiring, type Command } from './index.ts';
import {
  answered,
  complete,
  consultationJoined,
  dialled,
  given,
  hangsUp,
  held,
  internal,
  joined,
  K,
  left,
  OUTSIDE,
  accept,
  putsOnHold,
  resumes,
  startCold,
  talking,
  toOutside,
} from './cast.ts';

const c1 = `${K}-c1`;
const t1 = `${K}-t1`;
const facts = { transferorAvailable: true, ringSeconds: 30, number: null, at: talking[0]?.at ?? '' };

describe('a transfer to an outside number', () => {
  const cold: readonly Command[] = [...talking, toOutside('COLD'), hangsUp(1), held(0)];
  it('S2 rings it, and shows it the account', () => {
    const sent = given(...talking).when(toOutside('COLD'));
    sent.thenContains({
      type: 'offered',
      offer: expect.objectContaining({ agentId: null, address: OUTSIDE, displayNumber: '+33187000001', notice: null }),
    });
    expect(wiring(sent.state).legs.find((leg) => leg.address === OUTSIDE)).toMatchObject({
      agentId: null,
      want: { as: 'ringing', displayNumber: '+33187000001' },
    });
    expect(Object.fromEntries(engagements(sent.state))).toEqual({ alice: 'RESERVED' });
  });
  it('S2 is completed when the two hear each other, and begins a call without an agent', () => {
    given(...cold, answered(2), held(0, false), joined(0))
      .when(joined(2))
      .thenContains(
        { type: 'transferCompleted', transferId: t1, newCallId: `${K}-c2`, agentId: null },
        { type: 'callAnswered', callId: `${K}-c2`, agentId: null },
      );
    const left = given(...cold, answered(2), held(0, false), joined(0), joined(2));
    expect(engagements(left.state).size).toBe(0);
    left.when(hangsUp(2)).thenContains({ type: 'callEnded', how: 'TARGET_HUNG_UP' }, { type: 'legReleased', legId: 'in1' });
    left.when({ ...startCold('bob'), callId: `${K}-c2` }).thenRefused('NOT_READY');
  });
  it.each([
    ['busy', 'BUSY'],
    ['rejected', 'REJECTED'],
    ['no_answer', 'NO_ANSWER'],
    ['unreachable', 'TARGET_UNAVAILABLE'],
    ['invalid_number', 'INVALID_DESTINATION'],
    ['failed', 'TELEPHONY_ERROR'],
  ] as const)('S7 comes back with the reason where it is %s', (end, reason) =>
    given(...cold)
      .when(hangsUp(2, end))
      .thenContains({ type: 'transferReturning', reason }, { type: 'offered', offer: expect.objectContaining({ agentId: 'alice' }) }),
  );
  it('S2 warm: they consult, and completion joins caller and outside party', () => {
    const warm: readonly Command[] = [...talking, toOutside('WARM'), left(1), held(0)];
    given(...warm, answered(2), consultationJoined(1))
      .when(consultationJoined(2))
      .thenContains({ type: 'transferConsulting' });
    given(...warm, answered(2), consultationJoined(1), consultationJoined(2), complete, hangsUp(1), held(0, false), joined(0))
      .when(joined(2))
      .thenContains({ type: 'transferCompleted', agentId: null });
    given(...warm)
      .when(hangsUp(2, 'busy'))
      .thenContains({ type: 'transferEnded', status: 'FAILED', reason: 'BUSY' }, { type: 'broughtTogether' });
    const talkOn = given(...warm, answered(2), consultationJoined(1), consultationJoined(2), hangsUp(0));
    expect(talkOn.state.situation).toMatchObject({ is: 'colleagues' });
    expect(Object.fromEntries(engagements(talkOn.state))).toEqual({ alice: 'IN_CALL' });
  });
  it('D2 is refused where the account does not dial it', () =>
    given(...talking)
      .when(toOutside('COLD', { notDialled: refuse('FORBIDDEN_DESTINATION', 'Not there.') }))
      .thenRefused('FORBIDDEN_DESTINATION'));
  it('is refused where it is the caller’s own', () =>
    given(...talking)
      .when(toOutside('COLD', { phoneNumber: '+33611111111' }))
      .thenRefused('INVALID_DESTINATION'));
});

describe('an agent dials out', () => {
  it('their own phone is picked up, and the outside party is rung', () => {
    const { state } = given(dialled);
    expect(wiring(state).legs).toMatchObject([
      { address: OUTSIDE, agentId: null, want: { as: 'ringing', displayNumber: '+33187000001' } },
      { address: 'alice', agentId: 'alice', want: { as: 'answered' }, displayNumber: OUTSIDE },
    ]);
    expect(Object.fromEntries(engagements(state))).toEqual({ alice: 'IN_CALL' });
  });
  const legs = { alice: `${K}-d2`, outside: `${K}-d1` };
  const up = (legId: string): Command => ({ type: 'legAnswered', legId, at: facts.at });
  const inMain = (legId: string): Command => ({ type: 'legJoined', legId, room: 'main', at: facts.at });
  const both: readonly Command[] = [dialled, up(legs.alice), up(legs.outside), inMain(legs.alice)];
  it('they talk once both hear each other', () =>
    given(...both)
      .when(inMain(legs.outside))
      .thenContains({ type: 'callAnswered', callId: c1, agentId: 'alice' }));
  it('D11 the call can be transferred', () =>
    given(...both, inMain(legs.outside))
      .when(startCold('bob'))
      .thenContains({ type: 'offered', offer: expect.objectContaining({ agentId: 'bob', displayNumber: OUTSIDE }) }));
  it('it ends where nobody answers', () => {
    const busy: Command = { type: 'legEnded', legId: legs.outside, reason: 'busy', ...facts };
    given(dialled, up(legs.alice))
      .when(busy)
      .thenContains({ type: 'callEnded', how: 'NOBODY_ANSWERED' }, { type: 'legReleased', legId: legs.alice });
    given(dialled)
      .when({ type: 'ringTimeEnded', group: 0, ...facts })
      .thenContains({ type: 'callEnded', how: 'NOBODY_ANSWERED' });
    given(dialled)
      .when({ type: 'legEnded', legId: legs.alice, reason: 'hangup', ...facts })
      .thenContains({ type: 'callEnded', how: 'AGENT_HUNG_UP' }, { type: 'legReleased', legId: legs.outside });
  });
  it('is refused without a Number to call from, in a call, and where it must not be dialled', () => {
    given()
      .when({ ...dialled, line: null })
      .thenRefused('INVALID_DESTINATION');
    given()
      .when({ ...dialled, isFree: false })
      .thenRefused('NOT_READY');
    given()
      .when({ ...dialled, notDialled: refuse('FORBIDDEN_DESTINATION', 'Not there.') })
      .thenRefused('FORBIDDEN_DESTINATION');
  });
});

describe('an agent calls a colleague', () => {
  const up: Command = { type: 'legAnswered', legId: `${K}-d0`, at: facts.at };
  const inMain: Command = { type: 'legJoined', legId: `${K}-d0`, room: 'main', at: facts.at };
  const together: readonly Command[] = [internal, up, accept(1), answered(1), inMain, joined(1)];
  it('who sees who calls', () => {
    given()
      .when(internal)
      .thenContains({
        type: 'offered',
        offer: expect.objectContaining({ agentId: 'bob', kind: 'DIRECT', displayNumber: '101', caller: null }),
      });
    expect(wiring(given(internal).state).legs[0]).toMatchObject({ agentId: 'alice', want: { as: 'answered' } });
    expect(wiring(given(internal, up).state).legs[0]).toMatchObject({ agentId: 'alice', want: { as: 'waiting' } });
    expect(Object.fromEntries(engagements(given(...together).state))).toEqual({ alice: 'IN_CALL', bob: 'IN_CALL' });
  });
  it('S4 cannot transfer the call', () => {
    given(...together)
      .when(startCold('carol'))
      .thenRefused('INTERNAL_CALL');
    given(...together)
      .when(toOutside('WARM'))
      .thenRefused('INTERNAL_CALL');
  });
  it('D20 can hold it from either side, and is connected again when both have resumed', () => {
    const whoIsHeld = (...more: Command[]): string[] =>
      wiring(given(...together, ...more).state).legs.flatMap(({ agentId, want }) => (want.as === 'held' ? (agentId ?? []) : []));
    expect(whoIsHeld(putsOnHold('alice'))).toEqual(['bob']);
    expect(whoIsHeld(putsOnHold('bob'))).toEqual(['alice']);
    expect(whoIsHeld(putsOnHold('bob'), putsOnHold('alice'))).toEqual(['alice', 'bob']);
    expect(whoIsHeld(putsOnHold('bob'), resumes('alice'))).toEqual(['alice']);
    expect(whoIsHeld(putsOnHold('bob'), putsOnHold('alice'), resumes('bob'), resumes('alice'))).toEqual([]);
    given(...together, putsOnHold('alice'))
      .when(putsOnHold('alice'))
      .thenNothing();
  });
  it('is refused where the colleague may not be rung, is oneself, or one is in a call', () => {
    given()
      .when({ ...internal, colleague: null, unavailableBecause: 'Bob is busy.' })
      .thenRefused('TARGET_UNAVAILABLE');
    given()
      .when({ ...internal, colleague: { agentId: 'alice', forwardedTo: null } })
      .thenRefused('INVALID_DESTINATION');
    given()
      .when({ ...internal, isFree: false })
      .thenRefused('NOT_READY');
  });
  it('nobody answers: the call ends', () =>
    given(internal, up)
      .when({ type: 'ringTimeEnded', group: 1, ...facts })
      .thenContains({ type: 'callEnded', how: 'NOBODY_ANSWERED' }, { type: 'legReleased', legId: `${K}-d0` }));
});
