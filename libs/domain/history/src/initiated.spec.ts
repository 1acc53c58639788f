import {
  answered,
  began,
  BOB_DIRECT,
  completed,
  consulting,
  ended,
  history,
  OUTSIDE,
  returning,
  started,
  takenByMachine,
  transferEnded,
  type Moment,
} from './cast.ts';
import { countedKind } from './index.ts';
import type { Target } from './records.ts';

const nowhere = { agentId: null, teamId: null, numberId: null, contactId: null, phoneNumber: null };
const TEAM: Target = { ...nowhere, kind: 'TEAM', teamId: 'support', label: 'Support' };
const NUMBER: Target = { ...nowhere, kind: 'NUMBER', numberId: 'support', label: 'Support' };
const OUTSIDE_CONTACT: Target = { ...OUTSIDE, kind: 'CONTACT', contactId: 'k-plumber' };
const talking: readonly Moment[] = [
  [0, began()],
  [5, answered()],
];
const initiated = (...moments: readonly Moment[]): boolean | undefined => history(...moments).transfers[0]?.initiated;

describe.each(['COLD', 'WARM'] as const)('a %s transfer', (mode) => {
  it.each([
    ['a colleague', undefined],
    ['a team', TEAM],
    ['a Number', NUMBER],
    ['an outside number', OUTSIDE],
    ['a contact', BOB_DIRECT],
  ])('S36 of an inbound call that the agent answered counts once it has reached %s', (_, target) => {
    expect(initiated(...talking, [10, started(mode, target)])).toBe(false);
    expect(initiated(...talking, [10, started(mode, target)], [15, ...completed(mode, target === OUTSIDE ? null : 'bob')])).toBe(true);
  });

  it('S36 counts where a voicemail or a message took the caller', () => {
    expect(initiated(...talking, [10, started(mode, BOB_DIRECT)], [40, ...takenByMachine(mode)])).toBe(true);
  });

  it.each(['CANCELLED', 'ABANDONED', 'FAILED'] as const)('S36 D10 that was %s is not counted', (status) => {
    expect(initiated(...talking, [10, started(mode)], [15, transferEnded(status, mode, 'NO_ANSWER')])).toBe(false);
  });

  it.each(['OUTBOUND', 'INTERNAL'] as const)('S36 D10 of an %s call is not counted', (direction) => {
    expect(initiated([0, began('c1', { direction })], [5, answered()], [10, started(mode)], [15, ...completed(mode)])).toBe(false);
  });
});

it('S36 D10 one that came back is not counted', () => {
  const back: readonly Moment[] = [...talking, [10, started('COLD')], [40, returning]];
  expect(initiated(...back, [45, transferEnded('RETURNED', 'COLD', 'NO_ANSWER'), answered()])).toBe(false);
  expect(initiated(...back, [70, transferEnded('FAILED', 'COLD', 'NO_ANSWER'), ended('TRANSFER_UNANSWERED')])).toBe(false);
});

it('S36 a call that somebody else had answered is not counted', () => {
  expect(initiated([0, began()], [5, answered('dan')], [10, started('COLD')], [15, ...completed('COLD')])).toBe(false);
});

it('S36 a transferred call counts for whoever transfers it again', () => {
  const again = { transferId: 't2', callId: 'c2', mode: 'COLD' as const };
  const flow = history(
    ...talking,
    [10, started('COLD')],
    [15, ...completed('COLD')],
    [20, { type: 'transfer.started', ...again, transferorId: 'bob', target: TEAM }],
    [25, { type: 'transfer.completed', ...again, newCallId: 'c3', targetAgentId: 'carol' }],
  );
  expect(flow.transfers.map((transfer) => [transfer.transferorId, transfer.initiated])).toEqual([
    ['alice', true],
    ['bob', true],
  ]);
});

it.each([
  [BOB_DIRECT, 'NUMBER'],
  [OUTSIDE_CONTACT, 'EXTERNAL'],
  [OUTSIDE, 'EXTERNAL'],
  [TEAM, 'TEAM'],
] as const)('D10 %j is counted as %s', (target, kind) => {
  expect(countedKind(target)).toBe(kind);
});

describe('when a person took a transfer', () => {
  const takenAt = (...moments: readonly Moment[]) => history(...talking, ...moments).transfers[0]?.answeredAt?.slice(17, 19) ?? null;
  it.each<[string, readonly Moment[], string | null]>([
    [
      'cold: when they had the caller',
      [
        [10, started('COLD')],
        [15, ...completed('COLD')],
      ],
      '15',
    ],
    [
      'warm: when they were talked to',
      [
        [10, started('WARM')],
        [14, consulting],
        [25, ...completed('WARM')],
      ],
      '14',
    ],
    [
      'warm, and given back: the same',
      [
        [10, started('WARM')],
        [14, consulting],
        [25, transferEnded('CANCELLED', 'WARM', 'TARGET_HUNG_UP')],
      ],
      '14',
    ],
    [
      'a machine: never',
      [
        [10, started('COLD', BOB_DIRECT)],
        [40, ...takenByMachine('COLD')],
      ],
      null,
    ],
    [
      'nobody: never',
      [
        [10, started('COLD')],
        [40, returning],
      ],
      null,
    ],
  ])('%s', (_, moments, at) => {
    expect(takenAt(...moments)).toBe(at);
  });

  it('when it began to come back is kept', () => {
    expect(
      history(...talking, [10, started('COLD')], [40, returning], [50, transferEnded('RETURNED', 'COLD', 'NO_ANSWER')]).transfers,
    ).toMatchObject([{ status: 'RETURNED', returningAt: expect.stringContaining('10:00:40') }]);
  });
});

it('a call keeps what transfers of it were tried to', () => {
  const flow = history(...talking, [10, started('COLD', TEAM)], [40, returning], [45, transferEnded('RETURNED', 'COLD', 'NO_ANSWER')]);
  expect(flow.calls.map((call) => call.transferKinds)).toEqual([['TEAM']]);
});

it('what happens in a call whose beginning is not kept makes no rows', () => {
  expect(history([10, started('COLD')], [15, ended('CALLER_HUNG_UP')])).toMatchObject({ calls: [], transfers: [], offers: [] });
});
