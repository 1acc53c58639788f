/**
 * Whether an app's version is older than another: numbers between dots, compared one by one; what is left out is 0, and what follows a
 * `-` or a `+` does not count. Null: one of the two is no such version, so nobody can say.
 */
export function isOlder(version: string, than: string): boolean | null {
  const [one, other] = [numbersOf(version), numbersOf(than)];
  if (!one || !other) return null;
  const differs = Array.from({ length: Math.max(one.length, other.length) }, (_, n) => (one[n] ?? 0) - (other[n] ?? 0)).find(
    (by) => by !== 0,
  );
  return differs !== undefined && differs < 0;
}

const numbersOf = (version: string): readonly number[] | null => {
  const [plain] = /^\d+(?:\.\d+)*(?=$|[-+])/.exec(version.trim().replace(/^v/i, '')) ?? [];
  return plain === undefined ? null : plain.split('.').map(Number);
};
