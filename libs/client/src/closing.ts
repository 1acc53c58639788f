/** What a client does after its socket was closed. `newToken`: only with another token than the one that was refused. */
export type AfterClosing = 'again' | 'newToken' | 'stop';

/** Closes that ask for another socket with another token (4403, with one of the gateway's reasons). */
const FOR_ANOTHER_TOKEN = /^(token|role changed)/;
/** The gateway is not to be asked the same again: what was sent is wrong. */
const OURS: ReadonlySet<number> = new Set([4004, 4005, 4400, 4401, 4406, 4409, 4429]);

/** By the close's code and reason, as docs/decisions/0069 gives them. */
export function afterClosing({ code, reason }: { readonly code: number; readonly reason: string }): AfterClosing {
  if (code === 4403) return FOR_ANOTHER_TOKEN.test(reason) ? 'newToken' : 'stop';
  return OURS.has(code) ? 'stop' : 'again';
}

/** The shortest and the longest span that the next attempt is made within, in ms. */
const SPAN = { first: 1_000, most: 5_000 };

/**
 * How long to wait before an attempt, in ms: anything from nothing to a span that doubles (full jitter), so that all who lost a gateway at
 * once do not come back at once. @param failed how many attempts have failed, from 0 @param chance 0 to 1
 */
export const pauseBefore = (failed: number, chance: number): number => Math.round(chance * Math.min(SPAN.most, SPAN.first * 2 ** failed));

/** When to renew a token that ends then, in ms from now: a quarter of its time before, a minute at the most. Both in ms since 1970. */
export const renewIn = (endsAt: number, now: number): number => Math.max(0, endsAt - now - Math.min(60_000, (endsAt - now) / 4));

/** When a JWT ends, in ms since 1970; null where it cannot be read. */
export function endOf(token: string): number | null {
  try {
    const { exp } = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1_000 : null;
  } catch {
    return null;
  }
}
