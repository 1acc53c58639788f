import { given as givenFor } from '@cordboard/decider';
import { presence, type PresenceCommand } from './index.ts';

const given = givenFor(presence);
const at = '2026-01-05T10:00:00.000Z';
const later = (seconds: number): string => new Date(Date.parse(at) + seconds * 1_000).toISOString();

type Ended = Extract<PresenceCommand, { type: 'callEnded' }>;
const customs = { wrapUpSeconds: 30, tagRequired: false, busyAfterColdSeconds: 0 };
const ended = (callId: string, more: Partial<Ended> = {}): PresenceCommand => ({
  type: 'callEnded',
  callId,
  end: { how: 'ENDED', direction: 'INBOUND' },
  customs,
  tagged: false,
  at,
  ...more,
});
const outside = { end: { how: 'TRANSFERRED', mode: 'COLD', targetKind: 'EXTERNAL' } } as const;
const inCall = (conversationId: string): PresenceCommand => ({ type: 'engage', conversationId, as: 'IN_CALL', at });
const free = (conversationId: string, when = at): PresenceCommand => ({ type: 'free', conversationId, at: when });
const end = (callId: string, when = at): PresenceCommand => ({ type: 'endWrapUp', callId, at: when });
const timeUp = (callId: string, until: string): PresenceCommand => ({ type: 'wrapUpTimeUp', callId, until, at: until });
const tagged = (callId: string, when = at): PresenceCommand => ({ type: 'callTagged', callId, at: when });
const extend = (callId: string, seconds: number, when = at): PresenceCommand => ({ type: 'extendWrapUp', callId, seconds, at: when });

describe('a wrap-up', () => {
  it('lasts as long as the account says, and says why it is', () =>
    given()
      .when(ended('a'))
      .then(
        { type: 'workFound' },
        {
          type: 'wrapUpStarted',
          wrapUp: { callId: 'a', startedAt: at, until: later(30), reason: 'CALL_ENDED', tag: 'NONE', overdue: false },
        },
      ));
  it('is none where the account gives 0 s', () =>
    given()
      .when(ended('a', { customs: { ...customs, wrapUpSeconds: 0 } }))
      .thenNothing());
  it('ends once, by the agent or by time', () => {
    given(ended('a'), end('a')).when(end('a')).thenRefused('ALREADY_ENDED');
    given(ended('a'), timeUp('a', later(30)))
      .when(end('a'))
      .thenRefused('ALREADY_ENDED');
  });
  it('is drawn out by what is asked, within bounds; the time it had before ends nothing', () => {
    const longer = given(ended('a')).when(extend('a', 60));
    longer.then({ type: 'wrapUpExtended', until: later(90) });
    given(ended('a'), extend('a', 60))
      .when(timeUp('a', later(30)))
      .thenNothing();
    for (const seconds of [0, 601, 1.5]) given(ended('a')).when(extend('a', seconds)).thenRefused('INVALID_DURATION');
  });
  it('begins when the agent is off the phone: a consultation that the caller left goes on before it (D14)', () => {
    const talking = given(inCall('k'), ended('a', { end: { how: 'ABANDONED' } }));
    expect(talking.state.wrapUp).toBeNull();
    talking.when(end('a')).thenRefused('NOT_READY');
    talking
      .when(free('k', later(100)))
      .thenContains({ type: 'wrapUpStarted', wrapUp: expect.objectContaining({ startedAt: later(100), until: later(130) }) });
  });
  it('nor does it run out during another call that was taken meanwhile', () => {
    const elsewhere = given(inCall('k2'), ended('a'));
    expect(elsewhere.state.wrapUp).toBeNull();
    expect(elsewhere.when(free('k2')).state.wrapUp).toMatchObject({ callId: 'a' });
  });
});

describe('a tag that is due', () => {
  const due = given(ended('a', outside));
  it('S34 keeps the agent from ending the wrap-up', () => {
    due.when(end('a')).thenRefused('TAG_REQUIRED');
    given(ended('a', outside), tagged('a')).when(end('a')).then({ type: 'wrapUpEnded', callId: 'a' });
  });
  it('S34 outlasts the time: the wrap-up ends with the tag, at once', () => {
    const overdue = given(ended('a', outside), timeUp('a', later(30)));
    expect(overdue.state.wrapUp).toMatchObject({ callId: 'a', overdue: true });
    overdue.when(end('a')).thenRefused('TAG_REQUIRED');
    overdue.when(tagged('a', later(300))).then({ type: 'tagGiven' }, { type: 'wrapUpEnded', callId: 'a' });
  });
  it('is not due any more before its time: the wrap-up goes on until then', () => {
    given(ended('a', outside), tagged('a'))
      .when(timeUp('a', later(30)))
      .then({ type: 'wrapUpEnded', callId: 'a' });
    expect(due.when(tagged('a')).state.wrapUp).toMatchObject({ callId: 'a', tag: 'GIVEN' });
  });
  it('was given during the call: none is due', () =>
    given()
      .when(ended('a', { ...outside, tagged: true }))
      .thenContains({ type: 'workFound', work: expect.objectContaining({ tag: 'GIVEN' }) }));
  it('is due after any call where the account wants it, none where S32 gives no time for it', () => {
    const wanted = { customs: { ...customs, tagRequired: true } };
    given(ended('a', wanted)).when(end('a')).thenRefused('TAG_REQUIRED');
    given()
      .when(ended('a', { ...wanted, end: { how: 'TRANSFERRED', mode: 'COLD', targetKind: 'TEAM' } }))
      .thenNothing();
  });
  it('gives a wrap-up where the account gives 0 s: until it is tagged', () => {
    const nothing = given(ended('a', { ...outside, customs: { ...customs, wrapUpSeconds: 0 } }), timeUp('a', at));
    expect(nothing.state.wrapUp).toMatchObject({ callId: 'a', until: at });
    nothing.when(tagged('a')).thenContains({ type: 'wrapUpEnded', callId: 'a' });
  });
  it('can be looked for longer: what is overdue goes on from now', () =>
    given(ended('a', outside), timeUp('a', later(30)))
      .when(extend('a', 60, later(300)))
      .then({ type: 'wrapUpExtended', until: later(360) }));
  it('of somebody else’s call changes nothing', () => due.when(tagged('b')).thenNothing());
});

describe('a second call’s wrap-up', () => {
  it('takes the place of one that wants nothing, and lasts no less than that would have', () =>
    given(ended('a'), extend('a', 60), inCall('k2'), ended('b', { at: later(10) }))
      .when(free('k2', later(10)))
      .thenContains(
        { type: 'wrapUpEnded', callId: 'a' },
        { type: 'wrapUpStarted', wrapUp: expect.objectContaining({ callId: 'b', until: later(90) }) },
      ));
  it('waits for one whose tag is due, and has its whole time then', () => {
    const two = given(ended('a', outside), timeUp('a', later(30)), ended('b', { at: later(40) }));
    expect(two.state.wrapUp).toMatchObject({ callId: 'a' });
    two.when(end('b')).thenRefused('NOT_READY');
    two.when(extend('b', 10)).thenRefused('NOT_READY');
    two
      .when(tagged('a', later(100)))
      .thenContains(
        { type: 'wrapUpEnded', callId: 'a' },
        { type: 'wrapUpStarted', wrapUp: expect.objectContaining({ callId: 'b', startedAt: later(100), until: later(130) }) },
      );
  });
  it('can be given its tag while it waits', () => {
    const two = given(ended('a', outside), ended('b', outside), tagged('b'), tagged('a'));
    expect(two.state).toMatchObject({ wrapUp: { callId: 'b', tag: 'GIVEN' }, toDo: [] });
  });
});
