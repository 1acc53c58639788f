import { given } from '@cordboard/decider';
import { current, recording, wantedOf, type Command, type Happened, type Mode, type Policy, type Wish } from './index.ts';

const hear = (...events: readonly Happened[]): readonly Command[] => events.map((event) => ({ type: 'hear', event }));
const wish = (type: Wish, callId = 'c1'): Command => ({ type, callId });

const talking = (callId: string, agentId: string | null, policy: Policy = 'ON_DEMAND', internal = false): readonly Command[] =>
  hear(
    { type: 'began', callId, agentIds: internal ? ['alice'] : [], lineId: internal ? null : 'main', internal },
    { type: 'answered', callId, agentId, policy },
  );
/** The call `c<n>` becomes `c<n+1>`, with bob. */
const sent = (mode: Mode, n = 1, policy: Policy = 'ON_DEMAND'): readonly Command[] => [
  ...hear({ type: 'transferred', callId: `c${n}`, mode, newCallId: `c${n + 1}` }),
  ...hear({ type: 'began', callId: `c${n + 1}`, agentIds: ['bob'], lineId: 'main', internal: false }, { type: 'ended', callId: `c${n}` }),
  ...hear({ type: 'answered', callId: `c${n + 1}`, agentId: 'bob', policy }),
];
const past = (...commands: readonly (Command | readonly Command[])[]) => given(recording)(...commands.flat());
const after = (...commands: readonly (Command | readonly Command[])[]) => past(...commands).state;

describe('a call’s recording', () => {
  it('is off until it is started, can be paused and resumed, and is stopped', () => {
    expect(wantedOf(after(talking('c1', 'alice')))).toBe('OFF');
    past(talking('c1', 'alice')).when(wish('start')).then({ type: 'switched', to: 'RECORDING' });
    past(talking('c1', 'alice'), wish('start')).when(wish('pause')).then({ type: 'switched', to: 'PAUSED' });
    past(talking('c1', 'alice'), wish('start'), wish('pause')).when(wish('resume')).then({ type: 'switched', to: 'RECORDING' });
    past(talking('c1', 'alice'), wish('start'), wish('pause')).when(wish('start')).then({ type: 'switched', to: 'RECORDING' });
    past(talking('c1', 'alice'), wish('start'), wish('pause')).when(wish('stop')).then({ type: 'switched', to: 'OFF' });
  });

  it.each<[before: readonly Wish[], repeated: Wish]>([
    [['start'], 'start'],
    [['start', 'pause'], 'pause'],
    [['start', 'pause', 'resume'], 'resume'],
    [[], 'stop'],
  ])('after %j, to %s it once more changes nothing', (before, repeated) =>
    past(
      talking('c1', 'alice'),
      before.map((type) => wish(type)),
    )
      .when(wish(repeated))
      .thenNothing(),
  );

  it.each(['pause', 'resume'] as const)('cannot %s what was never started', (type) =>
    past(talking('c1', 'alice')).when(wish(type)).thenRefused('NOT_RECORDING'),
  );

  it('cannot be switched before the answer, nor after the end', () => {
    past(hear({ type: 'began', callId: 'c1', agentIds: [], lineId: 'main', internal: false }))
      .when(wish('start'))
      .thenRefused('NOT_READY');
    past(talking('c1', 'alice'), wish('start'), hear({ type: 'ended', callId: 'c1' }))
      .when(wish('stop'))
      .thenRefused('ALREADY_ENDED');
    expect(wantedOf(after(talking('c1', 'alice'), wish('start'), hear({ type: 'ended', callId: 'c1' })))).toBe('OFF');
  });
});

describe('policy', () => {
  it.each<[policy: Policy, internal: boolean, state: string]>([
    ['ON_DEMAND', false, 'OFF'],
    ['ALWAYS', false, 'RECORDING'],
    ['NEVER', false, 'OFF'],
    ['ALWAYS', true, 'OFF'],
  ])('%s, between colleagues %s: from the answer on %s', (policy, internal, state) => {
    expect(wantedOf(after(talking('c1', 'bob', policy, internal)))).toBe(state);
  });

  it('NEVER refuses every switch', () => {
    for (const type of ['start', 'stop', 'pause', 'resume'] as const)
      past(talking('c1', 'alice', 'NEVER'))
        .when(wish(type))
        .thenRefused('RECORDING_LOCKED');
  });

  it('that changes does not touch a call that was answered before, as when it is resumed', () => {
    const state = after(talking('c1', 'alice', 'ON_DEMAND'), hear({ type: 'answered', callId: 'c1', agentId: 'alice', policy: 'ALWAYS' }));
    expect(current(state)).toMatchObject({ policy: 'ON_DEMAND', recording: 'OFF' });
  });

  it('of the Number that a call was sent to: NEVER ends what was on, ALWAYS begins after a warm transfer alone', () => {
    expect(wantedOf(after(talking('c1', 'alice'), wish('start'), sent('COLD', 1, 'NEVER')))).toBe('OFF');
    expect(wantedOf(after(talking('c1', 'alice'), sent('WARM', 1, 'ALWAYS')))).toBe('RECORDING');
    expect(wantedOf(after(talking('c1', 'alice'), sent('COLD', 1, 'ALWAYS')))).toBe('OFF');
  });
});

describe('a transfer', () => {
  const states: readonly (readonly [done: readonly Wish[], state: string])[] = [
    [[], 'OFF'],
    [['start'], 'RECORDING'],
    [['start', 'pause'], 'PAUSED'],
  ];
  it.each((['COLD', 'WARM'] as const).flatMap((mode) => states.map(([done, state]) => ({ mode, done, state }))))(
    '$mode lets what was $state go on so',
    ({ mode, done, state }) => {
      expect(
        wantedOf(
          after(
            talking('c1', 'alice'),
            done.map((type) => wish(type)),
            sent(mode),
          ),
        ),
      ).toBe(state);
    },
  );

  it('S26 cold: neither on nor off afterwards', () => {
    for (const type of ['start', 'stop', 'resume'] as const) {
      past(talking('c1', 'alice'), sent('COLD')).when(wish(type, 'c2')).thenRefused('RECORDING_LOCKED');
      past(talking('c1', 'alice'), wish('start'), sent('COLD')).when(wish(type, 'c2')).thenRefused('RECORDING_LOCKED');
    }
  });

  it('S27 what was on before a cold transfer cannot be paused after it, nor while it is on its way', () => {
    past(talking('c1', 'alice'), wish('start'), sent('COLD')).when(wish('pause', 'c2')).thenRefused('RECORDING_LOCKED');
    past(talking('c1', 'alice'), wish('start'), hear({ type: 'leaving', callId: 'c1', cold: true }))
      .when(wish('pause'))
      .thenRefused('RECORDING_LOCKED');
    const refusal = recording.decide(after(talking('c1', 'alice'), wish('start'), sent('COLD')), wish('pause', 'c2'));
    expect(refusal).toMatchObject({ message: expect.stringMatching(/cannot be paused/), remedy: expect.stringMatching(/warm/) });
  });

  it('S28 warm: both on and off afterwards', () => {
    past(talking('c1', 'alice'), sent('WARM')).when(wish('start', 'c2')).then({ type: 'switched', callId: 'c2', to: 'RECORDING' });
    past(talking('c1', 'alice'), wish('start'), sent('WARM')).when(wish('stop', 'c2')).then({ type: 'switched', callId: 'c2', to: 'OFF' });
  });

  it('S26 S28 the last one counts', () => {
    past(talking('c1', 'alice'), sent('COLD'), sent('WARM', 2)).when(wish('start', 'c3')).then({ to: 'RECORDING' });
    past(talking('c1', 'alice'), sent('WARM'), sent('COLD', 2)).when(wish('start', 'c3')).thenRefused('RECORDING_LOCKED');
  });

  it('that fails or comes back leaves the recording on and free', () => {
    const back = past(
      talking('c1', 'alice'),
      wish('start'),
      hear({ type: 'leaving', callId: 'c1', cold: true }, { type: 'leaving', callId: 'c1', cold: false }),
    );
    expect(wantedOf(back.state)).toBe('RECORDING');
    back.when(wish('pause')).then({ type: 'switched', to: 'PAUSED' });
  });

  it('to a voicemail leaves nothing to record', () => {
    const state = after(
      talking('c1', 'alice'),
      wish('start'),
      hear({ type: 'transferred', callId: 'c1', mode: 'COLD', newCallId: 'c2' }, { type: 'ended', callId: 'c1' }),
      hear({ type: 'announced', callId: 'c2' }),
    );
    expect(wantedOf(state)).toBe('OFF');
  });

  it('is known whichever is told first, the transfer or the call that it makes', () => {
    const began: Happened = { type: 'began', callId: 'c2', agentIds: ['bob'], lineId: 'main', internal: false };
    const made: Happened = { type: 'transferred', callId: 'c1', mode: 'COLD', newCallId: 'c2' };
    expect(after(hear(began, made)).calls).toEqual(after(hear(made, began)).calls);
    expect(after(hear({ ...made, newCallId: null })).calls).toEqual([]);
  });
});
