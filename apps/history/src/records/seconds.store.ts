/**
 * The one rounding of a span that is shown in whole seconds: to the nearest, half a second upwards. It is done once, for each row of the
 * history; totals are sums of what the rows show, so that whoever adds up the rows, or the export, gets the totals.
 */
export const wholeSeconds = (ms: number): number => Math.floor((ms + 500) / 1_000);

/** The same in SQL, of an integer expression in ms that is not negative. */
export const wholeSecondsOf = (ms: string): string => `((${ms} + 500) / 1000)`;

/** Conditions on what a row shows of a span in `column` (ms): `?` seconds or more, `?` seconds or less. */
export const showsAtLeast = (column: string): string => `${wholeSecondsOf(column)} >= ?`;
export const showsAtMost = (column: string): string => `${wholeSecondsOf(column)} <= ?`;
