import { engagements, isOver, wiring, type Command, type Conversation } from './index.ts';
import {
  accept,
  answered,
  calling,
  cancel,
  complete,
  consulting,
  consultationJoined,
  given,
  hangsUp,
  hangsUpInApp,
  held,
  joined,
  K,
  putsOnHold,
  reject,
  ringTimeEnds,
  startCold,
  startWarm,
  switchTo,
  talking,
} from './cast.ts';

const transferId = `${K}-t1`;
const wants = (state: Conversation) =>
  Object.fromEntries(wiring(state).legs.map(({ address, want }) => [address, want.as === 'talking' ? want.room : want.as]));
const CALLER = '+33611111111';

describe('a warm transfer', () => {
  it('S1 keeps the transferor on the call, where a cold one lets them go', () => {
    expect(wants(given(...talking).when(startWarm('bob')).state)).toHaveProperty('alice');
    expect(wants(given(...talking).when(startCold('bob')).state)).not.toHaveProperty('alice');
  });

  it('S10 puts the caller on hold while transferor and target talk', () => {
    const asked = given(...talking).when(startWarm('bob'));
    asked.then(
      { type: 'transferStarted', mode: 'WARM' },
      { type: 'offered', offer: expect.objectContaining({ agentId: 'bob', kind: 'WARM_TRANSFER' }) },
    );
    expect(wants(asked.state)).toEqual({ [CALLER]: 'held', alice: 'waiting', bob: 'ringing' });
    given(...calling, accept(2), answered(2), consultationJoined(1))
      .when(consultationJoined(2))
      .then({ type: 'legMoved' }, { type: 'transferConsulting', transferId });
    expect(wants(given(...consulting).state)).toEqual({ [CALLER]: 'held', alice: 'consultation', bob: 'consultation' });
  });

  it('S12 the target sees the transferor and the notice, then the caller', () => {
    given(...talking)
      .when(startWarm('bob'))
      .thenContains({
        type: 'offered',
        offer: expect.objectContaining({
          displayNumber: '101',
          displayName: 'Alice',
          notice: 'Incoming transfer from a colleague',
          caller: CALLER,
        }),
      });
    const done = given(...consulting, complete, joined(2)).when(held(0, false));
    expect(done.state.offers[1]).toMatchObject({ displayNumber: CALLER, notice: null });
    expect(wiring(done.state).legs.find((leg) => leg.agentId === 'bob')?.displayNumber).toBe(CALLER);
  });

  it('S11 the transferor switches between caller and target as often as needed', () => {
    const toCaller = given(...consulting).when(switchTo('CALLER'));
    toCaller.then({ type: 'partySwitched', to: 'CALLER' });
    expect(wants(toCaller.state)).toEqual({ [CALLER]: 'main', alice: 'main', bob: 'held' });
    const back = given(...consulting, switchTo('CALLER')).when(switchTo('TARGET'));
    expect(wants(back.state)).toEqual({ [CALLER]: 'held', alice: 'consultation', bob: 'consultation' });
    given(...consulting)
      .when(switchTo('TARGET'))
      .thenNothing();
    expect(wants(given(...calling).when(switchTo('CALLER')).state)).toEqual({ [CALLER]: 'main', alice: 'main', bob: 'ringing' });
  });

  it('S13 completion ends the connection of transferor and target, and makes one of target and caller', () => {
    const settled = given(...consulting).when(complete);
    settled.then({ type: 'completionBegan', transferId }, { type: 'legReleased', legId: `${K}-l1` });
    expect(wants(settled.state)).toEqual({ [CALLER]: 'main', bob: 'main' });
    given(...consulting, complete, joined(2))
      .when(held(0, false))
      .thenContains(
        { type: 'transferCompleted', transferId, agentId: 'bob' },
        { type: 'callEnded', callId: `${K}-c1`, how: 'TRANSFERRED' },
        { type: 'callAnswered', callId: `${K}-c2`, agentId: 'bob' },
      );
    given(...consulting, complete, joined(2), held(0, false))
      .when(complete)
      .thenNothing();
    given(...consulting, complete, joined(2), held(0, false))
      .when(cancel)
      .thenRefused('ALREADY_ENDED');
  });

  it('D13 the transferor hanging up in a consultation completes it', () => {
    given(...consulting)
      .when(hangsUp(1))
      .then({ type: 'legGone' }, { type: 'completionBegan', transferId });
    given(...consulting)
      .when({ type: 'hangUp', callId: `${K}-c1`, agentId: 'alice', at: '2026-01-05T10:00:00.000Z' })
      .then({ type: 'completionBegan' }, { type: 'legReleased', legId: `${K}-l1` });
  });

  it('D13 completing or hanging up while the target rings turns it cold, and it may come back (S7)', () => {
    const cold = given(...calling).when(complete);
    cold.then({ type: 'transferTurnedCold' }, { type: 'legReleased', legId: `${K}-l1` });
    expect(cold.state.transfers[0]).toMatchObject({ mode: 'COLD', convertedFrom: 'WARM', status: 'RINGING' });
    expect(cold.state.offers[1]).toMatchObject({ kind: 'COLD_TRANSFER', displayNumber: CALLER, notice: null });
    given(...calling, hangsUp(1))
      .when(reject(2))
      .thenContains({ type: 'transferReturning', reason: 'REJECTED' });
  });

  it('is taken back: caller and transferor are together again', () => {
    given(...calling)
      .when(cancel)
      .thenContains(
        { type: 'offerEnded', outcome: 'RESCINDED' },
        { type: 'transferEnded', status: 'CANCELLED', reason: 'CANCELLED_BY_TRANSFEROR' },
        { type: 'broughtTogether', agentId: 'alice' },
      );
    const back = given(...consulting).when(cancel);
    back.thenContains({ type: 'legReleased', legId: `${K}-l2` });
    expect(wants(back.state)).toEqual({ [CALLER]: 'main', alice: 'main' });
    given(...consulting, cancel)
      .when(cancel)
      .thenNothing();
    given(...consulting, cancel)
      .when(complete)
      .thenRefused('ALREADY_ENDED');
  });

  const failures: [string, Command, string][] = [
    ['rejects', reject(2), 'REJECTED'],
    ['does not answer', ringTimeEnds(2), 'NO_ANSWER'],
    ['is busy', hangsUp(2, 'busy'), 'BUSY'],
    ['cannot be rung', hangsUp(2, 'failed'), 'TELEPHONY_ERROR'],
  ];
  it.each(failures)('fails when the target %s: caller and transferor are together again', (_, how, reason) =>
    given(...calling)
      .when(how)
      .thenContains(
        { type: 'transferEnded', status: 'FAILED', reason: reason as 'BUSY' },
        { type: 'broughtTogether', agentId: 'alice', callId: `${K}-c1` },
      ),
  );

  it('is cancelled by the target hanging up in the consultation', () =>
    given(...consulting)
      .when(hangsUp(2))
      .thenContains(
        { type: 'transferEnded', status: 'CANCELLED', reason: 'TARGET_HUNG_UP' },
        { type: 'broughtTogether', agentId: 'alice' },
      ));

  it('whoever of the two hangs up first decides: the target alone gives the caller to a transferor who is gone, so it comes back (S7)', () =>
    given(...consulting, hangsUp(1))
      .when(hangsUp(2))
      .thenContains(
        { type: 'transferReturning', reason: 'TARGET_HUNG_UP' },
        { type: 'offered', offer: expect.objectContaining({ agentId: 'alice', kind: 'TRANSFER_RETURN' }) },
      ));

  it('D14 the caller leaving while the target rings ends everything', () =>
    given(...calling)
      .when(hangsUp(0))
      .thenContains(
        { type: 'transferEnded', status: 'ABANDONED' },
        { type: 'offerEnded', outcome: 'RESCINDED' },
        { type: 'callEnded', how: 'CALLER_HUNG_UP' },
        { type: 'legReleased', legId: `${K}-l1` },
      ));

  it('D14 the caller leaving a consultation: the colleagues talk on until one hangs up', () => {
    const alone = given(...consulting).when(hangsUp(0));
    alone.thenContains({ type: 'transferEnded', status: 'ABANDONED', reason: 'CALLER_HUNG_UP' }, { type: 'colleaguesTalkOn' });
    expect(wants(alone.state)).toEqual({ alice: 'consultation', bob: 'consultation' });
    expect(Object.fromEntries(engagements(alone.state))).toEqual({ alice: 'IN_CALL', bob: 'IN_CALL' });
    const over = given(...consulting, hangsUp(0)).when(hangsUp(2));
    over.thenContains({ type: 'legReleased', legId: `${K}-l1` });
    expect(engagements(over.state).size).toBe(0);
    expect(isOver(given(...consulting, hangsUp(0), hangsUp(2)).when(hangsUp(1)).state)).toBe(true);
  });

  it('D17 has the transferor hear ringback until the target picks up, and whenever they come back from the caller', () => {
    const ringback = [calling, [...calling, accept(2)], [...calling, switchTo('CALLER'), switchTo('TARGET')]];
    for (const story of ringback) expect(wants(given(...story).state)).toMatchObject({ [CALLER]: 'held', alice: 'waiting' });
    expect(wants(given(...calling, switchTo('CALLER')).state)).toMatchObject({ [CALLER]: 'main', alice: 'main' });
    expect(wants(given(...calling, accept(2), answered(2)).state)).toMatchObject({ alice: 'consultation', bob: 'consultation' });
  });

  it('D16 ends for everybody where a supervisor ends the call, while it rings and in the consultation', () => {
    for (const [story, legs] of [
      [calling, ['in1', `${K}-l1`]],
      [consulting, ['in1', `${K}-l1`, `${K}-l2`]],
    ] as const) {
      const ended = given(...story).when(hangsUpInApp(null));
      ended.thenContains(
        { type: 'transferEnded', status: 'CANCELLED' },
        { type: 'callEnded', how: 'AGENT_HUNG_UP' },
        ...legs.map((legId) => ({ type: 'legReleased' as const, legId })),
      );
      expect(ended.state.situation).toEqual({ is: 'ended' });
    }
  });

  it('D17 gives a caller who was on hold before it back on hold, whyever it comes to nothing', () => {
    const onHold = [...talking, putsOnHold(), held(0), startWarm('bob')];
    const came = [accept(2), answered(2), consultationJoined(1), consultationJoined(2)];
    const ends = [[cancel], [reject(2)], [ringTimeEnds(2)], [...came, cancel], [...came, hangsUp(2)], [accept(2), hangsUp(2, 'busy')]];
    for (const end of ends) {
      const { state } = given(...onHold, ...end);
      expect(state.situation).toMatchObject({ is: 'talking', agentId: 'alice', hold: true });
      expect(wants(state)).toMatchObject({ [CALLER]: 'held', alice: 'main' });
    }
    expect(given(...calling, cancel).state.situation).toMatchObject({ is: 'talking', hold: false });
  });

  it('D11 nothing else is started meanwhile', () => {
    given(...calling)
      .when(startWarm('dan'))
      .thenRefused('TRANSFER_IN_PROGRESS');
    given(...consulting)
      .when({ type: 'holdCall', callId: `${K}-c1`, agentId: 'alice', at: '' })
      .thenRefused('NOT_READY');
  });

  it('engages both in the consultation, and the transferor no more once it is settled', () => {
    expect(Object.fromEntries(engagements(given(...calling).state))).toEqual({ alice: 'IN_CALL', bob: 'RINGING' });
    expect(Object.fromEntries(engagements(given(...consulting).state))).toEqual({ alice: 'IN_CALL', bob: 'IN_CALL' });
    expect(Object.fromEntries(engagements(given(...consulting, complete, joined(2), held(0, false)).state))).toEqual({ bob: 'IN_CALL' });
  });
});
