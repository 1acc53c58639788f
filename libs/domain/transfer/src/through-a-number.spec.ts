import { engagements, timers, wiring, type Command, type NumberFacts } from './index.ts';
import {
  accept,
  answered,
  cancel,
  complete,
  consultationJoined,
  given,
  hangsUp,
  heard,
  held,
  joined,
  K,
  left,
  over,
  reject,
  ringTimeEnds,
  support,
  talking,
  toNumber,
  HELLO,
} from './cast.ts';

const nobody: NumberFacts = support([]);
const c1 = `${K}-c1`;
const c2 = `${K}-c2`;
const t1 = `${K}-t1`;
/** Alice has sent the call to Number support, which rings bob. */
const cold = (more: Partial<NumberFacts> = {}): readonly Command[] => [...talking, toNumber('COLD', support(['bob'], more)), hangsUp(1)];
const announced = (what: string, text: string | null = null) => ({
  type: 'announced' as const,
  callId: c1,
  transferId: t1,
  announcement: { id: `${K}-a1`, what, numberId: 'support', text, file: null, language: null } as never,
});

describe('a transfer through a Number', () => {
  it('S18 works though nobody behind it is available', () =>
    given(...talking)
      .when(toNumber('COLD', nobody))
      .then({ type: 'transferStarted' }, { type: 'legReleased', legId: `${K}-l1` }, announced('voicemail')));
  it('S21 rings whom the Number’s distribution names', () =>
    given(...talking)
      .when(toNumber('COLD', support(['bob', 'carol'])))
      .thenContains(
        { type: 'offered', offer: expect.objectContaining({ agentId: 'bob', kind: 'COLD_TRANSFER', lineId: 'support', step: 0 }) },
        { type: 'offered', offer: expect.objectContaining({ agentId: 'carol' }) },
      ));
  it('S21 says the Number’s greeting first, and rings when it is over', () => {
    const greeting = given(...talking).when(toNumber('COLD', support(['bob'], { greeting: HELLO })));
    greeting.thenContains(announced('greeting', 'Hello.'));
    expect(wiring(greeting.state).legs[0]?.want).toMatchObject({ as: 'hearing', announcement: { what: 'greeting', text: 'Hello.' } });
    given(...talking, toNumber('COLD', support(['bob'], { greeting: HELLO })), heard(1))
      .when(over(1, support(['bob'])))
      .then({ type: 'greeted' }, { type: 'offered', offer: expect.objectContaining({ agentId: 'bob' }) });
  });
  it('S21 plays the Number’s own file, and says its words in its language', () => {
    const file = { id: 'f1', key: 'message/demo/f1.wav' };
    const own = { language: 'pt-BR', voicemailMessage: { text: 'Olá.', file: null }, greeting: { text: null, file } };
    given(...talking)
      .when(toNumber('COLD', support(['bob'], own)))
      .thenContains({
        type: 'announced',
        announcement: { id: `${K}-a1`, what: 'greeting', numberId: 'support', text: null, file, language: 'pt-BR' },
      });
    given(...talking)
      .when(toNumber('COLD', support([], { ...own, voicemail: true })))
      .thenContains({
        type: 'announced',
        announcement: { id: `${K}-a1`, what: 'voicemail', numberId: 'support', text: 'Olá.', file: null, language: 'pt-BR' },
      });
  });

  it('S21 whoever is on hold hears the music of the Number that the call came to', () => {
    const music = { id: 'm1', key: 'message/demo/m1.wav' };
    const came: Command = { ...talking[0], number: support(['alice'], { music }) } as Command;
    const held = given(came, ...talking.slice(1)).when(toNumber('WARM', support(['bob'], { music: null })));
    expect(wiring(held.state).legs[0]?.want).toEqual({ as: 'held', music });
  });

  it('S21 goes on to the next step when nobody of one takes it', () =>
    given(...cold())
      .when({
        ...reject(2),
        number: support([], { next: { step: 1, candidates: [{ agentId: 'dan', forwardedTo: null }], ringSeconds: 10 } }),
      } as Command)
      .then(
        { type: 'offerEnded', outcome: 'REJECTED' },
        { type: 'legReleased' },
        { type: 'offered', offer: expect.objectContaining({ agentId: 'dan', step: 1, group: 3, expiresAt: '2026-01-05T10:00:10.000Z' }) },
      ));
  it('S21 goes on too when whoever took it is gone before they heard the caller', () => {
    const lost = given(...cold(), accept(2)).when({ ...hangsUp(2), number: nobody } as Command);
    lost.then({ type: 'legGone' }, { type: 'connectionLost' }, announced('voicemail'));
    expect(lost.state.situation.is).toBe('announcing');
  });
  it('S17 attaches the call to the Number', () =>
    given(...cold(), accept(2), answered(2))
      .when(joined(2))
      .thenContains(
        { type: 'transferCompleted', transferId: t1, newCallId: c2, agentId: 'bob' },
        { type: 'callBegan', call: expect.objectContaining({ id: c2, lineId: 'support', entryNumberId: null, agentId: 'bob' }) },
      ));

  const ends: [string, Command][] = [
    ['rejects', { ...reject(2), number: nobody } as Command],
    ['does not answer', { ...ringTimeEnds(2), number: nobody } as Command],
    ['has a busy phone', { ...hangsUp(2, 'busy'), number: nobody } as Command],
  ];
  it.each(ends)('S19 S20 never comes back where bob %s: the caller gets the voicemail', (_, end) => {
    const after = given(...cold()).when(end);
    after.thenContains(announced('voicemail'));
    expect(after.state.offers.map((offer) => offer.kind)).not.toContain('TRANSFER_RETURN');
  });
  it('S20 without voicemail the caller gets the unavailability message, in the Number’s own words', () =>
    given(...talking)
      .when(toNumber('COLD', support([], { voicemail: false, message: { text: 'We are closed.', file: null } })))
      .thenContains(announced('unavailable-message', 'We are closed.')));
  it('S20 is completed when the caller hears it, not before', () => {
    const sent = given(...talking, toNumber('COLD', nobody), hangsUp(1));
    expect(sent.state.transfers[0]).toMatchObject({ status: 'RINGING', endedAt: null });
    expect(Object.fromEntries(engagements(sent.state))).toEqual({ alice: 'RESERVED' });
    const taken = sent.when(heard(1));
    taken.then(
      { type: 'transferCompleted', newCallId: c2, agentId: null },
      { type: 'callBegan', call: expect.objectContaining({ id: c2, agentId: null, lineId: 'support' }) },
      { type: 'callEnded', callId: c1, how: 'TRANSFERRED' },
      { type: 'callTakenByAnnouncement', callId: c2, what: 'voicemail' },
    );
    expect(engagements(taken.state).size).toBe(0);
  });
  it('S20 the call ends with its voicemail or message, and with its caller', () => {
    const past = [...talking, toNumber('COLD', nobody), hangsUp(1), heard(1)];
    given(...past)
      .when(hangsUp(0))
      .then({ type: 'legGone' }, { type: 'callEnded', callId: c2, how: 'VOICEMAIL' });
    given(...past)
      .when(over(1))
      .then({ type: 'callEnded', callId: c2, how: 'VOICEMAIL' }, { type: 'legReleased', legId: 'in1' });
  });
  it('S20 a message that is over before it was told to have begun was heard all the same', () =>
    given(...talking, toNumber('COLD', support([], { voicemail: false })), hangsUp(1))
      .when(over(1))
      .thenContains({ type: 'transferCompleted', newCallId: c2 }, { type: 'callEnded', callId: c2, how: 'UNAVAILABILITY_MESSAGE' }));
  it('a caller who leaves before it was taken has abandoned it', () =>
    given(...talking, toNumber('COLD', nobody), hangsUp(1))
      .when(hangsUp(0))
      .thenContains({ type: 'transferEnded', status: 'ABANDONED' }, { type: 'callEnded', callId: c1, how: 'CALLER_HUNG_UP' }));
  it('can be taken back by its transferor while nobody has the caller', () =>
    given(...cold())
      .when(cancel)
      .thenContains({ type: 'transferEnded', status: 'CANCELLED' }, { type: 'connectionBegan', agentId: 'alice' }));
});

describe('a warm transfer through a Number', () => {
  const warm: readonly Command[] = [...talking, toNumber('WARM', support(['bob'])), left(1), held(0)];
  it('S2 is a consultation with whoever answers there', () => {
    given(...talking)
      .when(toNumber('WARM', support(['bob'])))
      .thenContains({ type: 'offered', offer: expect.objectContaining({ kind: 'WARM_TRANSFER', displayNumber: '101' }) });
    given(...warm, accept(2), answered(2), consultationJoined(1))
      .when(consultationJoined(2))
      .thenContains({ type: 'transferConsulting' });
    given(...warm, accept(2), answered(2), consultationJoined(1), consultationJoined(2), complete, hangsUp(1), held(0, false), joined(0))
      .when(joined(2))
      .thenContains({ type: 'callBegan', call: expect.objectContaining({ lineId: 'support', agentId: 'bob' }) });
  });
  it('S19 S20 unanswered it turns cold and goes to the voicemail, not back', () => {
    const after = given(...warm).when({ ...reject(2), number: nobody } as Command);
    after.thenContains({ type: 'transferTurnedCold' }, { type: 'legReleased', legId: `${K}-l1` }, announced('voicemail'));
    expect(after.state.transfers[0]).toMatchObject({ mode: 'COLD', convertedFrom: 'WARM' });
  });
  it('S19 whoever accepted and never picked up has not answered', () => {
    const after = given(...warm, accept(2)).when({ ...hangsUp(2, 'no_answer'), number: nobody } as Command);
    after.thenContains({ type: 'connectionLost' }, { type: 'transferTurnedCold' }, announced('voicemail'));
  });
  it('S21 greets nobody: the caller waits with music', () =>
    given(...talking)
      .when(toNumber('WARM', support(['bob'], { greeting: HELLO })))
      .then({ type: 'transferStarted' }, { type: 'offered' }));
  it('S18 works though nobody is available: the caller gets the voicemail at once', () =>
    given(...talking)
      .when(toNumber('WARM', nobody))
      .thenContains({ type: 'transferTurnedCold' }, announced('voicemail')));
  it('a completed one whose target is lost on the way goes on by the Number’s settings', () =>
    given(...warm, accept(2), answered(2), consultationJoined(1), consultationJoined(2), complete, hangsUp(1))
      .when({ ...hangsUp(2), number: nobody } as Command)
      .thenContains({ type: 'connectionLost' }, announced('voicemail')));
});

describe('a Number that is dialled', () => {
  it('S21 greets, rings, and takes a message when nobody answers', () => {
    const came: Command = { ...talking[0], number: support(['bob'], { greeting: HELLO }) } as Command;
    given()
      .when(came)
      .thenContains({ type: 'announced', announcement: expect.objectContaining({ what: 'greeting' }) });
    const ringing = given(came, answered(0), heard(1), over(1, support(['bob'])));
    expect(wiring(ringing.state).legs[0]?.want).toEqual({ as: 'waiting' });
    given(came, answered(0), heard(1), over(1, support(['bob'])), accept(1), answered(1), joined(0))
      .when(joined(1))
      .thenContains({ type: 'callAnswered', agentId: 'bob' });
    const message = given(came, answered(0), heard(1), over(1, support(['bob'])), { ...ringTimeEnds(1), number: nobody } as Command);
    expect(message.state.situation).toMatchObject({ is: 'announcing', announcement: { id: `${K}-a2`, what: 'voicemail' }, begun: false });
    message.when(heard(2)).then({ type: 'callTakenByAnnouncement', callId: c1, what: 'voicemail' });
  });
  describe('whose greeting breaks off', () => {
    const came: Command = { ...talking[0], number: support(['bob'], { greeting: HELLO }) } as Command;
    const brokeOff = given(came, answered(0), heard(1), over(1, support(['bob']), false));
    const aSecondOn: Command = { ...ringTimeEnds(-1), number: support(['bob']) } as Command;

    it('rings nobody for a caller who has hung up, which the engine tells next', () => {
      expect(brokeOff.state.offers).toEqual([]);
      brokeOff.when(hangsUp(0)).thenContains({ type: 'callEnded', how: 'CALLER_HUNG_UP' });
      expect(timers(given(came, answered(0), heard(1), over(1, support(['bob']), false), hangsUp(0)).state)).toEqual([]);
    });
    it('rings them a second later where the caller is still there', () => {
      expect(timers(brokeOff.state)).toEqual([{ id: `${K}-greeting-1`, dueAt: '2026-01-05T10:00:01.000Z', group: -1 }]);
      brokeOff.when(aSecondOn).then({ type: 'greeted' }, { type: 'offered', offer: expect.objectContaining({ agentId: 'bob' }) });
    });
    it('is told twice and waits once', () => brokeOff.when(over(1, support(['bob']), false)).thenNothing());
  });
  it('S21 a caller who leaves during the greeting has hung up', () => {
    const came: Command = { ...talking[0], number: support(['bob'], { greeting: HELLO }) } as Command;
    given(came, answered(0), heard(1)).when(hangsUp(0)).thenContains({ type: 'callEnded', how: 'CALLER_HUNG_UP' });
  });
});
