import { mustBeTagged, wrapUpReason, type CallEnd, type WrapUpReason } from './index.ts';

const transferred = (mode: 'COLD' | 'WARM', targetKind: Extract<CallEnd, { how: 'TRANSFERRED' }>['targetKind']): CallEnd => ({
  how: 'TRANSFERRED',
  mode,
  targetKind,
});
const ended = (direction: 'INBOUND' | 'OUTBOUND' | 'INTERNAL'): CallEnd => ({ how: 'ENDED', direction });

/** Every way in which somebody's answered call can end: why there is wrap-up, and whether a tag is due where the account leaves it open. */
const MATRIX: readonly (readonly [title: string, end: CallEnd, reason: WrapUpReason | null, mustBeTagged: boolean])[] = [
  ['S31 warm, to a colleague', transferred('WARM', 'AGENT'), 'WARM_TRANSFER', false],
  ['S31 warm, to a team', transferred('WARM', 'TEAM'), 'WARM_TRANSFER', false],
  ['S31 warm, to a Number', transferred('WARM', 'NUMBER'), 'WARM_TRANSFER', false],
  ['S31 S34 warm, to an outside number', transferred('WARM', 'EXTERNAL'), 'WARM_TRANSFER', true],
  ['S32 cold, to a colleague: none', transferred('COLD', 'AGENT'), null, false],
  ['S32 cold, to a team: none (D3)', transferred('COLD', 'TEAM'), null, false],
  ['S33 cold, to a Number', transferred('COLD', 'NUMBER'), 'COLD_TRANSFER_TO_NUMBER', false],
  ['S33 S34 cold, to an outside number', transferred('COLD', 'EXTERNAL'), 'COLD_TRANSFER_OUTSIDE', true],
  ['D3 the caller leaves a pending transfer', { how: 'ABANDONED' }, 'TRANSFER_ABANDONED', false],
  ['D3 nobody takes the transfer, nor its return', { how: 'UNANSWERED' }, 'TRANSFER_UNANSWERED', false],
  ['D4 a call that came in', ended('INBOUND'), 'CALL_ENDED', false],
  ['D4 a call that one dialled', ended('OUTBOUND'), 'CALL_ENDED', false],
  ['D4 a call between two colleagues: none', ended('INTERNAL'), null, false],
];

it.each(MATRIX)('%s', (_, end, reason, tag) => {
  expect(wrapUpReason(end)).toBe(reason);
  expect(mustBeTagged(end, false)).toBe(tag);
});

it.each(MATRIX)('D4 where the account wants tags, whatever gives wrap-up must be tagged: %s', (_, end, reason) => {
  expect(mustBeTagged(end, true)).toBe(reason !== null);
});

const reasonsAfter = (mode: 'COLD' | 'WARM') =>
  Object.fromEntries((['AGENT', 'TEAM', 'NUMBER', 'EXTERNAL'] as const).map((kind) => [kind, wrapUpReason(transferred(mode, kind))]));

it('S31 a warm transfer always gives the transferor wrap-up', () => {
  expect(new Set(Object.values(reasonsAfter('WARM')))).toEqual(new Set(['WARM_TRANSFER']));
});

it('S32 a cold transfer to colleagues gives none', () => {
  expect(reasonsAfter('COLD')).toMatchObject({ AGENT: null, TEAM: null });
});

it('S33 a cold transfer to a Number or outside gives it', () => {
  expect(reasonsAfter('COLD')).toMatchObject({ NUMBER: 'COLD_TRANSFER_TO_NUMBER', EXTERNAL: 'COLD_TRANSFER_OUTSIDE' });
});

it('S34 the account cannot waive the tag of a call that left it', () => {
  expect(mustBeTagged(transferred('COLD', 'EXTERNAL'), false)).toBe(true);
});
