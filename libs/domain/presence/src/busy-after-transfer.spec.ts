import { given as givenFor } from '@cordboard/decider';
import { AFTER_TRANSFER, presence, type CallEnd, type PresenceCommand } from './index.ts';

const given = givenFor(presence);
const at = '2026-01-05T10:00:00.000Z';
const later = (seconds: number): string => new Date(Date.parse(at) + seconds * 1_000).toISOString();
const chose = (status: 'AVAILABLE' | 'TRANSFERS_ONLY' | 'BUSY' | 'UNAVAILABLE', reason: string | null = null): PresenceCommand => ({
  type: 'chooseStatus',
  status,
  reason,
  at,
});
const to = (
  targetKind: Extract<CallEnd, { how: 'TRANSFERRED' }>['targetKind'],
  mode: 'COLD' | 'WARM' = 'COLD',
  when = at,
): PresenceCommand => ({
  type: 'callEnded',
  callId: 'a',
  end: { how: 'TRANSFERRED', mode, targetKind },
  customs: { wrapUpSeconds: 0, tagRequired: false, busyAfterColdSeconds: 20 },
  tagged: false,
  at: when,
});
const timeUp = (until: string): PresenceCommand => ({ type: 'busyTimeUp', until, at: until });

it.each(['AGENT', 'TEAM'] as const)('S35 a cold transfer to a %s makes busy for a while, then one is what one was', (kind) => {
  const busy = given(chose('TRANSFERS_ONLY', 'training'), to(kind));
  expect(busy.state).toMatchObject({ status: 'BUSY', reason: AFTER_TRANSFER, busy: { until: later(20) } });
  expect(busy.when(timeUp(later(20))).state).toMatchObject({ status: 'TRANSFERS_ONLY', reason: 'training', busy: null });
});

it.each([
  ['UNAVAILABLE', 'lunch'],
  ['BUSY', AFTER_TRANSFER],
  ['AVAILABLE', null],
] as const)('S35 what one chooses meanwhile holds: %s', (status, reason) => {
  const changed = given(to('AGENT'), chose(status, reason));
  expect(changed.state).toMatchObject({ status, reason, busy: null });
  changed.when(timeUp(later(20))).thenNothing();
});

it('S35 who has chosen not to be rung stays what they are', () => given(chose('UNAVAILABLE')).when(to('AGENT')).thenNothing());

it('S35 a second transfer draws it out, and what one was before the first comes back', () => {
  const twice = given(to('AGENT'), to('AGENT', 'COLD', later(10)));
  twice.when(timeUp(later(20))).thenNothing();
  expect(twice.when(timeUp(later(30))).state).toMatchObject({ status: 'AVAILABLE', reason: null, busy: null });
});

it.each([
  ['warm', to('AGENT', 'WARM')],
  ['to a Number', to('NUMBER')],
  ['outside', to('EXTERNAL')],
  [
    'where the account wants none',
    { ...to('AGENT'), customs: { wrapUpSeconds: 0, tagRequired: false, busyAfterColdSeconds: 0 } } as PresenceCommand,
  ],
])('S35 not after a transfer %s', (_, command) => {
  expect(given().when(command).state).toMatchObject({ status: 'AVAILABLE', busy: null });
});
