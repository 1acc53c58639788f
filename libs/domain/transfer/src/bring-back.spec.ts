import { engagements } from './index.ts';
import {
  accept,
  answered,
  at,
  cancel,
  cold,
  given,
  hangsUp,
  hangsUpInApp,
  held,
  joined,
  K,
  putsOnHold,
  reject,
  startCold,
  startWarm,
  support,
  talking,
  toNumber,
  toOutside,
  HELLO,
} from './cast.ts';

describe('a cold transfer that its transferor takes back', () => {
  it('ends as cancelled, and their phone is picked up for them', () => {
    const back = given(...cold).when(cancel);
    back.then(
      { type: 'offerEnded', offerId: `${K}-o2`, outcome: 'RESCINDED', reason: 'CANCELLED_BY_TRANSFEROR' },
      { type: 'legReleased', legId: `${K}-l2` },
      { type: 'transferEnded', status: 'CANCELLED', reason: 'CANCELLED_BY_TRANSFEROR' },
      { type: 'offered', offer: expect.objectContaining({ agentId: 'alice', kind: 'TRANSFER_RETURN' }) },
      { type: 'offerEnded', offerId: `${K}-o3`, outcome: 'ACCEPTED' },
      { type: 'connectionBegan', agentId: 'alice' },
    );
    expect(Object.fromEntries(engagements(back.state))).toEqual({ alice: 'RINGING' });
  });
  const taken = [...cold, cancel, answered(3), held(0, false), joined(0)];
  it('gives them the caller again, and the transfer has one end', () =>
    given(...taken)
      .when(joined(3))
      .then({ type: 'legMoved' }, { type: 'callAnswered', callId: `${K}-c1`, agentId: 'alice' }));
  it('D17 is on hold again if it was before, one that began warm too', () => {
    const onHold = [...talking, putsOnHold(), held(0)];
    const starts = [
      [startCold('bob'), hangsUp(1)],
      [startWarm('bob'), hangsUp(1)],
      [toNumber('WARM', support([])), held(0, false)],
    ];
    for (const start of starts) {
      const back = given(...onHold, ...start, cancel);
      const leg = Number(back.state.legs.at(-1)?.id.split('-l')[1]);
      const { state } = given(...onHold, ...start, cancel, answered(leg), held(0, false), joined(0), joined(leg));
      expect(state.situation).toMatchObject({ is: 'talking', agentId: 'alice', hold: true });
    }
    expect(given(...taken, joined(3)).state.situation).toMatchObject({ is: 'talking', hold: false });
  });
  it('ends the call where they are gone before that', () =>
    given(...cold, cancel)
      .when(hangsUp(3))
      .then({ type: 'legGone' }, { type: 'connectionLost' }, { type: 'callEnded', how: 'TRANSFER_UNANSWERED' }, { type: 'legReleased' }));
  it('is refused to whoever is in another call meanwhile', () => {
    given(...cold)
      .when({ ...cancel, transferorIsFree: false })
      .thenRefused('NOT_READY');
  });
  it('comes too late for a target that has taken it', () =>
    given(...cold, accept(2))
      .when(cancel)
      .thenRefused('NOT_READY'));
  it('D16 does not end with a transferor who hangs up by reflex: their leg has gone already', () => {
    for (const story of [cold, [...cold, accept(2)], [...cold, reject(2)]])
      given(...story)
        .when(hangsUpInApp())
        .thenNothing();
    given(...talking, toNumber('COLD', support(['bob'], { greeting: HELLO })), hangsUp(1))
      .when(hangsUpInApp())
      .thenNothing();
  });
  it('D16 ends with the call where a supervisor ends that for everybody', () =>
    given(...cold)
      .when(hangsUpInApp(null))
      .thenContains(
        { type: 'offerEnded', offerId: `${K}-o2`, outcome: 'RESCINDED' },
        { type: 'transferEnded', status: 'CANCELLED' },
        { type: 'callEnded', how: 'AGENT_HUNG_UP' },
        { type: 'legReleased', legId: 'in1' },
      ));
  it('ends with a transferor who has taken the return and hangs up then', () =>
    given(...cold, reject(2), accept(3), answered(3))
      .when(hangsUpInApp())
      .thenContains({ type: 'callEnded', how: 'AGENT_HUNG_UP' }));
  it('twice is once', () =>
    given(...cold, cancel)
      .when(cancel)
      .thenNothing());
  it('works for an outside number as well', () =>
    given(...talking, toOutside('COLD'), hangsUp(1))
      .when(cancel)
      .thenContains({ type: 'legReleased', legId: `${K}-l2` }, { type: 'transferEnded', status: 'CANCELLED', at }));
});
