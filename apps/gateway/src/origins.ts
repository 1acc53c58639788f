const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Whether pages of this origin may talk to the gateway; null: those of its own host and, in development (`allowsLocal`), of this machine. Cookies are not looked at, yet a page
 * of somebody else's has no business here (cross-site WebSocket hijacking).
 */
export function isKnown(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[] | null,
  allowsLocal: boolean,
): boolean {
  if (origin === undefined) return true;
  if (allowed) return allowed.includes(origin);
  try {
    const from = new URL(origin);
    return from.host === host || (allowsLocal && LOCAL.test(from.hostname));
  } catch {
    return false; // `null`, from a page without an origin
  }
}
