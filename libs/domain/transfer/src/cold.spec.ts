import { wiring, type Command } from './index.ts';
import {
  accept,
  answered,
  call,
  cold,
  given,
  hangsUp,
  held,
  joined,
  K,
  reject,
  ringTimeEnds,
  startCold,
  talking,
  unavailable,
} from './cast.ts';

const toBob = { transferId: `${K}-t1` };

describe('a cold transfer', () => {
  it('S5 sends the call at once: the transferor is let go and the target rings', () => {
    const sent = given(...talking).when(startCold('bob'));
    sent.then(
      { type: 'transferStarted', mode: 'COLD', transferorId: 'alice' },
      { type: 'legReleased', legId: `${K}-l1` },
      { type: 'offered', offer: expect.objectContaining({ agentId: 'bob', kind: 'COLD_TRANSFER', note: 'wants a refund' }) },
    );
    expect(wiring(sent.state).legs.map((leg) => [leg.address, leg.want.as])).toEqual([
      ['+33611111111', 'held'],
      ['bob', 'ringing'],
    ]);
  });

  it("S9 shows the receiving agent the external caller's number", () =>
    given(...talking)
      .when(startCold('bob'))
      .thenContains({
        type: 'offered',
        offer: expect.objectContaining({ displayNumber: '+33611111111', caller: '+33611111111', transferorId: 'alice' }),
      }));

  it('S6 can be accepted: completed once caller and target hear each other, not before', () => {
    given(...cold)
      .when(accept(2))
      .then({ type: 'offerEnded', outcome: 'ACCEPTED' }, { type: 'connectionBegan', agentId: 'bob' });
    given(...cold, accept(2), answered(2))
      .when(joined(2))
      .then({ type: 'legMoved', room: 'main' }); // the caller still hears music
    given(...cold, accept(2), answered(2), joined(2))
      .when(held(0, false))
      .thenContains({ type: 'transferCompleted', ...toBob, agentId: 'bob', newCallId: `${K}-c2` });
  });

  it('S6 can be rejected', () =>
    given(...cold)
      .when(reject(2))
      .thenContains({ type: 'offerEnded', offerId: `${K}-o2`, outcome: 'REJECTED', reason: 'REJECTED' }));

  it("S14 with its completion the transferor's call has ended and the target's begins", () =>
    given(...cold, accept(2), answered(2), joined(2))
      .when(held(0, false))
      .thenContains(
        { type: 'callEnded', callId: `${K}-c1`, how: 'TRANSFERRED' },
        { type: 'callAnswered', callId: `${K}-c2`, agentId: 'bob' },
      ));

  it('S16 leaves the line as it was', () =>
    given(...cold, accept(2), answered(2), joined(2))
      .when(held(0, false))
      .thenContains({ type: 'callBegan', call: expect.objectContaining({ id: `${K}-c2`, lineId: 'main', entryNumberId: null }) }));

  const unanswered: [string, Command, string][] = [
    ['rejected', reject(2), 'REJECTED'],
    ['not answered', ringTimeEnds(2), 'NO_ANSWER'],
    ['busy', hangsUp(2, 'busy'), 'BUSY'],
    ['failed', hangsUp(2, 'failed'), 'TELEPHONY_ERROR'],
    ['out of reach', hangsUp(2, 'unreachable'), 'TARGET_UNAVAILABLE'],
    ['withdrawn because the target became unavailable (D12)', unavailable('bob'), 'TARGET_UNAVAILABLE'],
  ];
  it.each(unanswered)('S7 %s: the call comes back to the transferor', (_, how, reason) =>
    given(...cold)
      .when(how)
      .thenContains(
        { type: 'transferReturning', ...toBob, reason: reason as 'BUSY' },
        { type: 'offered', offer: expect.objectContaining({ agentId: 'alice', kind: 'TRANSFER_RETURN', callId: `${K}-c1` }) },
      ),
  );

  it('S7 has returned once the transferor hears the caller again, on the call that was theirs', () => {
    const back = given(...cold, reject(2), accept(3), answered(3), joined(3)).when(held(0, false));
    back.thenContains({ type: 'transferReturned', ...toBob }, { type: 'callAnswered', callId: `${K}-c1`, agentId: 'alice' });
    expect(back.state.transfers[0]).toMatchObject({ status: 'RETURNED', reason: 'REJECTED' });
  });

  it('S8 ends the call when the transferor is no longer available', () =>
    given(...cold)
      .when(reject(2, { transferorAvailable: false }))
      .thenContains(
        { type: 'transferEnded', status: 'FAILED', reason: 'TRANSFEROR_UNAVAILABLE' },
        { type: 'callEnded', callId: `${K}-c1` },
        { type: 'legReleased', legId: 'in1' },
      ));

  it('D5 a return that nobody takes ends the call with the first reason, and never goes back to the target', () => {
    const over = given(...cold, hangsUp(2, 'busy')).when(ringTimeEnds(3));
    over.thenContains({ type: 'transferEnded', status: 'FAILED', reason: 'BUSY' }, { type: 'callEnded', how: 'TRANSFER_UNANSWERED' });
    expect(over.state.offers.filter((offer) => offer.end === null)).toEqual([]);
  });

  it('D14 the caller hanging up abandons it and stops what rings', () =>
    given(...cold)
      .when(hangsUp(0))
      .thenContains(
        { type: 'transferEnded', status: 'ABANDONED', reason: 'CALLER_HUNG_UP' },
        { type: 'offerEnded', offerId: `${K}-o2`, outcome: 'RESCINDED' },
        { type: 'callEnded', how: 'CALLER_HUNG_UP' },
      ));

  it('is lost by a target that is gone before being heard: it comes back (S7)', () =>
    given(...cold, accept(2), answered(2))
      .when(hangsUp(2))
      .thenContains({ type: 'transferReturning', reason: 'TARGET_HUNG_UP' }));
});

describe('what forbids a transfer', () => {
  it('D11 one transfer at a time', () =>
    given(...cold)
      .when(startCold('dan'))
      .thenRefused('TRANSFER_IN_PROGRESS'));
  it('a target that is not available', () =>
    given(...talking)
      .when(startCold())
      .thenRefused('TARGET_UNAVAILABLE'));
  it('oneself', () =>
    given(...talking)
      .when(startCold('alice'))
      .thenRefused('INVALID_DESTINATION'));
  it('a call that is not connected', () => given(call('alice')).when(startCold('bob')).thenRefused('NOT_READY'));
  it('a call that has ended', () =>
    given(...talking, hangsUp(0))
      .when(startCold('bob'))
      .thenRefused('ALREADY_ENDED'));
});
