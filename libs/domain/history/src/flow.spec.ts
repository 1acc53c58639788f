import {
  announced,
  answered,
  at,
  began,
  BOB_DIRECT,
  completed,
  consulting,
  ended,
  held,
  history,
  offer,
  OUTSIDE,
  resumed,
  returning,
  row,
  spans,
  started,
  takenByMachine,
  transferEnded,
  type Moment,
} from './cast.ts';

const talking: readonly Moment[] = [
  [0, began()],
  [5, answered()],
];
const MODES = ['COLD', 'WARM'] as const;

describe('the entry number', () => {
  it('S37 is the first Number dialled in the flow, from the call’s beginning on', () => {
    expect(row(history([0, began()]), 'c1')).toMatchObject({ entryNumberId: 'main', outcome: null });
  });

  it.each(MODES)('S37 stays on the first call when a %s transfer carries the caller on', (mode) => {
    expect(row(history(...talking, [10, started(mode)], [15, ...completed(mode)]), 'c1')).toMatchObject({
      entryNumberId: 'main',
      outcome: 'TRANSFERRED',
    });
  });

  it('S37 is missing where no Number was dialled', () => {
    expect(row(history([0, began('c1', { direction: 'OUTBOUND', entryNumberId: null })]), 'c1')).toMatchObject({ entryNumberId: null });
  });
});

describe.each(MODES)('a %s transfer', (mode) => {
  const flow = history(...talking, [10, started(mode)], [15, ...completed(mode)], [40, ended('CALLER_HUNG_UP', { callId: 'c2' })]);

  it('S38 makes two separate calls, of which the second has no entry number', () => {
    expect(flow.calls).toMatchObject([
      { id: 'c1', agentId: 'alice', entryNumberId: 'main', viaTransferId: null, outcome: 'TRANSFERRED', endedAt: at(15) },
      {
        id: 'c2',
        agentId: 'bob',
        entryNumberId: null,
        viaTransferId: 't1',
        outcome: 'ANSWERED',
        startedAt: at(15),
        answeredAt: at(15),
        endedAt: at(40),
      },
    ]);
  });

  it('D7 leaves both calls in one conversation', () => {
    expect(flow.calls.map((call) => call.conversationId)).toEqual(['k1', 'k1']);
  });

  it('D7 is kept with the call that it made', () => {
    expect(flow.transfers).toMatchObject([
      {
        id: 't1',
        callId: 'c1',
        newCallId: 'c2',
        status: 'COMPLETED',
        mode,
        convertedFrom: null,
        targetAgentId: 'bob',
        connectedAt: at(15),
      },
    ]);
  });
});

it('S38 makes no second call of a transfer that came back', () => {
  const back = history(
    ...talking,
    [10, started('COLD')],
    [40, returning],
    [45, transferEnded('RETURNED', 'COLD', 'NO_ANSWER'), answered()],
  );
  expect(back.calls).toMatchObject([{ id: 'c1', agentId: 'alice', outcome: null, answeredAt: at(5) }]);
  expect(back.transfers).toMatchObject([{ status: 'RETURNED', endReason: 'NO_ANSWER', newCallId: null, endedAt: at(45) }]);
});

it('D13 keeps what a transfer was started as when it ends as the other', () => {
  expect(history(...talking, [10, started('WARM')], [15, ...completed('COLD')]).transfers).toMatchObject([
    { mode: 'COLD', convertedFrom: 'WARM' },
  ]);
});

describe('where the time of a call went', () => {
  it.each<[what: string, moments: readonly Moment[], ring: number, talk: number, hold: number]>([
    ['rang and was answered', [...talking, [25, ended('CALLER_HUNG_UP')]], 5, 20, 0],
    [
      'was on hold twice',
      [...talking, [10, held()], [13, resumed()], [20, held()], [24, resumed()], [30, ended('AGENT_HUNG_UP')]],
      5,
      18,
      7,
    ],
    ['ended on hold', [...talking, [10, held()], [30, ended('CALLER_HUNG_UP')]], 5, 5, 20],
    [
      'was never answered',
      [
        [0, began()],
        [30, ended('NOBODY_ANSWERED', { answered: false })],
      ],
      30,
      0,
      0,
    ],
    ['was sent cold', [...talking, [10, started('COLD')], [17, ...completed('COLD')]], 12, 5, 0],
    [
      'was sent cold and came back',
      [
        ...talking,
        [10, started('COLD')],
        [40, returning],
        [45, transferEnded('RETURNED', 'COLD', 'NO_ANSWER'), answered()],
        [60, ended('AGENT_HUNG_UP')],
      ],
      40,
      20,
      0,
    ],
    ['waited during a consultation', [...talking, [10, started('WARM')], [15, consulting], [25, ...completed('WARM')]], 5, 5, 15],
    [
      'was switched to in a consultation',
      [...talking, [10, started('WARM')], [15, consulting], [20, resumed()], [23, held()], [25, ...completed('WARM')]],
      5,
      8,
      12,
    ],
    [
      'went on after a consultation',
      [
        ...talking,
        [10, started('WARM')],
        [15, consulting],
        [20, transferEnded('CANCELLED', 'WARM', 'TARGET_HUNG_UP')],
        [30, ended('CALLER_HUNG_UP')],
      ],
      5,
      15,
      10,
    ],
    [
      'was left by its caller during a consultation',
      [
        ...talking,
        [10, started('WARM')],
        [15, consulting],
        [20, transferEnded('ABANDONED', 'WARM', 'CALLER_HUNG_UP')],
        [30, ended('CALLER_HUNG_UP')],
      ],
      5,
      5,
      20,
    ],
  ])('a call that %s', (_, moments, ring, talk, hold) => {
    expect(spans(history(...moments), 'c1')).toEqual([ring, talk, hold]);
  });

  it('D: every second of talk is in exactly one row', () => {
    const flow = history(
      ...talking,
      [10, started('COLD')],
      [17, ...completed('COLD')],
      [30, held('c2')],
      [32, resumed('c2')],
      [40, ended('CALLER_HUNG_UP', { callId: 'c2' })],
    );
    expect([spans(flow, 'c1'), spans(flow, 'c2')]).toEqual([
      [12, 5, 0],
      [0, 21, 2],
    ]);
  });

  it.each(MODES)('of a %s transfer to an outside number, the talk after it is in the second row', (mode) => {
    const flow = history(
      ...talking,
      [10, started(mode, OUTSIDE)],
      [15, ...completed(mode, null)],
      [40, ended('TARGET_HUNG_UP', { callId: 'c2' })],
    );
    expect([spans(flow, 'c1')?.[1], spans(flow, 'c2')]).toEqual([5, [0, 25, 0]]);
  });

  it('nobody talks with a machine: a voicemail or a message counts for nothing', () => {
    const first = history([0, began()], [30, announced()], [45, ended('VOICEMAIL', { answered: false })]);
    const second = history(
      ...talking,
      [10, started('COLD', BOB_DIRECT)],
      [40, ...takenByMachine('COLD')],
      [55, ended('UNAVAILABILITY_MESSAGE', { callId: 'c2', answered: false })],
    );
    expect([spans(first, 'c1'), spans(second, 'c1'), spans(second, 'c2')]).toEqual([
      [30, 0, 0],
      [35, 5, 0],
      [0, 0, 0],
    ]);
  });

  it('an outbound call rings until it is answered', () => {
    const dialled = began('c1', { direction: 'OUTBOUND', agentId: 'alice', entryNumberId: null });
    expect(spans(history([0, dialled], [12, answered('alice')], [20, ended('AGENT_HUNG_UP')]), 'c1')).toEqual([12, 8, 0]);
  });

  it('is complete: ring, talk and hold make up the call’s whole life', () => {
    const flow = history(
      ...talking,
      [9, held()],
      [10, started('WARM')],
      [15, consulting],
      [25, ...completed('WARM')],
      [26, held('c2')],
      [40, ended('CALLER_HUNG_UP', { callId: 'c2' })],
    );
    const lives = flow.calls.map((call) => (Date.parse(call.endedAt ?? '') - Date.parse(call.startedAt)) / 1_000);
    expect(flow.calls.map((call) => (spans(flow, call.id) ?? []).reduce((sum, span) => sum + span))).toEqual(lives);
  });
});

describe('what became of a call', () => {
  it.each([
    ['CALLER_HUNG_UP', true, 'ANSWERED'],
    ['AGENT_HUNG_UP', true, 'ANSWERED'],
    ['CALLER_HUNG_UP', false, 'ABANDONED'],
    ['AGENT_HUNG_UP', false, 'ABANDONED'],
    ['NOBODY_ANSWERED', false, 'MISSED'],
    ['TRANSFER_UNANSWERED', true, 'ANSWERED'],
    ['TRANSFER_UNANSWERED', false, 'MISSED'],
    ['TRANSFERRED', true, 'TRANSFERRED'],
    ['ENGINE_LOST', true, 'FAILED'],
    ['TARGET_HUNG_UP', true, 'ANSWERED'],
    ['VOICEMAIL', false, 'VOICEMAIL'],
    ['UNAVAILABILITY_MESSAGE', false, 'MISSED'],
  ] as const)('%s, answered: %s → %s', (how, wasAnswered, outcome) => {
    expect(row(history([0, began()], [9, ended(how, { answered: wasAnswered })]), 'c1')).toMatchObject({ outcome, endedAt: at(9) });
  });
});

describe('a call that nobody of the account took', () => {
  it.each(MODES)('is kept after a %s transfer to an outside number, with its target and no agent', (mode) => {
    const flow = history(...talking, [10, started(mode, OUTSIDE)], [15, ...completed(mode, null)]);
    expect(row(flow, 'c2')).toMatchObject({ agentId: null, viaTransferId: 't1', entryNumberId: null, participants: [] });
    expect(flow.transfers).toMatchObject([{ status: 'COMPLETED', target: OUTSIDE, targetAgentId: null, newCallId: 'c2' }]);
  });

  it('keeps the contact that was picked and the Number that it stood for', () => {
    const flow = history(...talking, [10, started('COLD', BOB_DIRECT)], [40, ...takenByMachine('COLD')]);
    expect(row(flow, 'c2')).toMatchObject({ agentId: null, lineId: 'bob', entryNumberId: null, answeredAt: null });
    expect(flow.transfers).toMatchObject([{ status: 'COMPLETED', target: { kind: 'CONTACT', contactId: 'k-bob', numberId: 'bob' } }]);
  });
});

describe('whose call it is', () => {
  it('an internal call is both colleagues’', () => {
    const internal = began('c1', { direction: 'INTERNAL', caller: null, lineId: null, entryNumberId: null, callerAgentId: 'alice' });
    expect(row(history([0, internal], [5, answered('bob')]), 'c1')).toMatchObject({
      caller: null,
      callerAgentId: 'alice',
      agentId: 'bob',
      participants: ['alice', 'bob'],
    });
  });

  const accepted = (agentId: string): readonly Moment[] => [[5, offer(agentId, 'ACCEPTED', { kind: 'WARM_TRANSFER', transferId: 't1' })]];

  it('whoever answered it, not who was rung in vain', () => {
    expect(
      row(
        history(
          [0, began(), offer('alice', null), offer('dan', null)],
          [5, offer('dan', 'ANSWERED_ELSEWHERE'), offer('alice', 'ACCEPTED'), answered()],
        ),
        'c1',
      )?.participants,
    ).toEqual(['alice']);
  });

  it('the transferor before, the target after', () => {
    const flow = history(...talking, [8, started('COLD')], ...accepted('bob'), [15, ...completed('COLD')]);
    expect(flow.calls.map((call) => call.participants)).toEqual([['alice'], ['bob']]);
  });

  it('also who was only consulted', () => {
    const flow = history(
      ...talking,
      [8, started('WARM')],
      ...accepted('bob'),
      [9, consulting],
      [20, transferEnded('CANCELLED', 'WARM', 'TARGET_HUNG_UP')],
    );
    expect(row(flow, 'c1')?.participants).toEqual(['alice', 'bob']);
  });
});

it('keeps every attempt with its outcome', () => {
  const flow = history(
    [0, began(), offer('alice', null), offer('dan', null)],
    [3, offer('dan', 'REJECTED', { reason: 'REJECTED', endedAt: at(3) })],
  );
  expect(flow.offers.map(({ agentId, outcome, reason }) => [agentId, outcome, reason])).toEqual([
    ['alice', null, null],
    ['dan', 'REJECTED', 'REJECTED'],
  ]);
});
