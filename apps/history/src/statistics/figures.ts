import type { CountedKind } from '@cordboard/domain-history';
import type { InboundCounted } from './inbound.store.ts';
import type { Answered, Counts, Initiated, TransferGroup } from './statistics.store.ts';

/** What transfers are counted as, in the order in which it is told. */
export const KINDS: readonly CountedKind[] = ['AGENT', 'TEAM', 'NUMBER', 'EXTERNAL'];

/** Their counts taken together, where there is any. */
export const countsOf = (groups: readonly TransferGroup[]): readonly Counts[] =>
  groups.length === 0
    ? []
    : [
        {
          started: sum(groups, 'started'),
          completed: sum(groups, 'completed'),
          initiated: sum(groups, 'initiated'),
          returned: sum(groups, 'returned'),
        },
      ];

/** How many came to which end, most first. */
export function outcomes(groups: readonly TransferGroup[]) {
  const counts = new Map<string, Pick<TransferGroup, 'status' | 'endReason'> & { count: number }>();
  for (const { status, endReason, started } of groups) {
    const key = `${status} ${endReason}`;
    counts.set(key, { status, endReason, count: (counts.get(key)?.count ?? 0) + started });
  }
  return new Map([...counts].toSorted(([one, a], [other, b]) => b.count - a.count || (one < other ? -1 : 1)));
}

/** Their counts taken together. */
export function inboundCounts(groups: readonly InboundCounted[]) {
  const answered = sum(groups, 'answered');
  return {
    calls: sum(groups, 'calls'),
    answered,
    transferred: sum(groups, 'transferred'),
    missed: sum(groups, 'missed'),
    voicemail: sum(groups, 'voicemail'),
    abandoned: sum(groups, 'abandoned'),
    failed: sum(groups, 'failed'),
    meanWaitSeconds: answered === 0 ? null : seconds(sum(groups, 'waitMs') / answered),
    talkSeconds: sum(groups, 'talkSeconds'),
  };
}

/** A mean or a median in seconds, to the millisecond: what it is made of, times in ms, is not rounded. */
export const seconds = (ms: number): number => Math.round(ms) / 1_000;
type Figures = TransferGroup | Initiated | Answered | InboundCounted;
/** One figure of all rows together. */
export function sum<Row extends Figures>(
  rows: readonly Row[],
  figure: { [Key in keyof Row]: Row[Key] extends number ? Key : never }[keyof Row],
): number {
  return rows.reduce((total, row) => total + Number(row[figure]), 0);
}
