import { engagements, isOver, timers, wiring, type Command } from './index.ts';
import { accept, answered, at, call, given, hangsUp, joined, K, reject, ringTimeEnds, startCold, talking, unavailable } from './cast.ts';

describe('a team', () => {
  it('S15 is rung all at once, and one of them takes the call', () => {
    given()
      .when(call('alice', 'dan'))
      .thenContains(
        { type: 'offered', offer: expect.objectContaining({ agentId: 'alice', group: 1 }) },
        { type: 'offered', offer: expect.objectContaining({ agentId: 'dan', group: 1 }) },
      );
    given(call('alice', 'dan'))
      .when(accept(1))
      .thenContains(
        { type: 'offerEnded', offerId: `${K}-o2`, outcome: 'ANSWERED_ELSEWHERE' },
        { type: 'legReleased', legId: `${K}-l2`, reason: 'answered_elsewhere' },
      );
    given(call('alice', 'dan'), accept(1)).when(accept(2)).thenRefused('OFFER_TAKEN');
  });
  it('S15 a transfer to it too', () =>
    given(...talking)
      .when({ ...startCold('bob', 'dan'), target: { kind: 'TEAM', teamId: 'support', label: 'Support' } })
      .thenContains({ type: 'offered', offer: expect.objectContaining({ agentId: 'dan', kind: 'COLD_TRANSFER' }) }));
  it('D12 one rejection leaves the others ringing', () =>
    given(call('alice', 'dan'))
      .when(reject(1))
      .then({ type: 'offerEnded', outcome: 'REJECTED' }, { type: 'legReleased', legId: `${K}-l1` }));
  it('D12 who stops being available while rung has the offer rescinded', () =>
    given(call('alice', 'dan'))
      .when(unavailable('dan'))
      .then({ type: 'offerEnded', offerId: `${K}-o2`, outcome: 'RESCINDED' }, { type: 'legReleased' }));
  it('is unanswered when nobody is left', () =>
    given(call('alice', 'dan'), reject(1))
      .when(reject(2))
      .thenContains({ type: 'announced', callId: `${K}-c1` }));
  it('is unanswered when time is up', () =>
    given(call('alice', 'dan'))
      .when(ringTimeEnds(1))
      .thenContains({ type: 'offerEnded', offerId: `${K}-o1`, outcome: 'TIMED_OUT' }, { type: 'announced', callId: `${K}-c1` }));
});

describe('an offer', () => {
  it('is accepted once: the same answer twice is no error', () => given(call('alice'), accept(1)).when(accept(1)).thenNothing());
  it('is accepted by a phone that is answered by hand', () =>
    given(call('alice', 'dan'))
      .when(answered(2))
      .thenContains(
        { type: 'offerEnded', offerId: `${K}-o2`, outcome: 'ACCEPTED' },
        { type: 'offerEnded', offerId: `${K}-o1`, outcome: 'ANSWERED_ELSEWHERE' },
      ));
  it('two phones answered at once: the second is let go', () => given(call('alice', 'dan'), answered(2)).when(answered(1)).thenNothing());
  it('cannot be answered when its time is over', () => given(call('alice'), ringTimeEnds(1)).when(accept(1)).thenRefused('ALREADY_ENDED'));
  it('a time that ends for offers long answered changes nothing', () =>
    given(call('alice'), accept(1)).when(ringTimeEnds(1)).thenNothing());
  it('D1 has a timer exactly as long as it rings', () => {
    expect(timers(given(call('alice')).state)).toEqual([{ id: `${K}-ring-1`, dueAt: '2026-01-05T10:00:30.000Z', group: 1 }]);
    expect(timers(given(call('alice'), accept(1)).state)).toEqual([]);
  });
});

describe('a call', () => {
  it('is in progress once caller and agent hear each other', () =>
    given(...talking.slice(0, -1))
      .when(joined(1))
      .then({ type: 'legMoved' }, { type: 'callAnswered', agentId: 'alice', at }));
  it('to a number that is none of ours is turned away', () =>
    given()
      .when({ ...call(), number: null })
      .then({ type: 'conversationBegan' }, { type: 'callerRefused' }));
  it('S20 that nobody can take gets the Number’s message', () =>
    given()
      .when(call())
      .thenContains({
        type: 'announced',
        announcement: { id: `${K}-a1`, what: 'unavailable-message', numberId: 'main', text: null, file: null, language: null },
      }));
  it('told twice begins once', () => given(call('alice')).when(call('alice')).thenNothing());
  it('hung up by the agent ends for the caller', () =>
    given(...talking)
      .when({ type: 'hangUp', callId: `${K}-c1`, agentId: 'alice', at })
      .thenContains(
        { type: 'callEnded', how: 'AGENT_HUNG_UP' },
        { type: 'legReleased', legId: 'in1' },
        { type: 'legReleased', legId: `${K}-l1` },
      ));
  it('is over when the last leg is gone', () => {
    const ended = given(...talking, hangsUp(0));
    expect(isOver(ended.state)).toBe(false);
    expect(isOver(ended.when(hangsUp(1)).state)).toBe(true);
  });
  it('on hold: the caller hears music, and nothing is lost by asking twice', () => {
    const hold = given(...talking).when({ type: 'holdCall', callId: `${K}-c1`, agentId: 'alice', at });
    hold.then({ type: 'holdChanged', hold: true });
    expect(wiring(hold.state).legs[0]?.want).toEqual({ as: 'held' });
    given(...talking, { type: 'holdCall', callId: `${K}-c1`, agentId: 'alice', at })
      .when({ type: 'holdCall', callId: `${K}-c1`, agentId: 'alice', at })
      .thenNothing();
  });
});

describe('who is engaged', () => {
  const rows: [string, readonly Command[], Record<string, string>][] = [
    ['who is rung', [call('alice', 'dan')], { alice: 'RINGING', dan: 'RINGING' }],
    ['who took it, not yet up', [call('alice', 'dan'), accept(1)], { alice: 'RINGING' }],
    ['who talks', [...talking], { alice: 'IN_CALL' }],
    ['D6 the transferor is reserved while it is pending', [...talking, startCold('bob')], { alice: 'RESERVED', bob: 'RINGING' }],
    ['the transferor is rung when it comes back', [...talking, startCold('bob'), reject(2)], { alice: 'RINGING' }],
    ['nobody when it is over', [...talking, hangsUp(0)], {}],
  ];
  it.each(rows)('%s', (_, past, expected) => expect(Object.fromEntries(engagements(given(...past).state))).toEqual(expected));
});
