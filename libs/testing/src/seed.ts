/**
 * Where a test's random choices begin. The runs of one commit all begin at the same place, on every machine: what fails in one of them fails
 * in the others, and it was this change or this seed. Without a commit it is any.
 * @param variable the environment variable that plays another seed
 */
export const seedFrom = (variable: string): number =>
  Number(process.env[variable] ?? process.env['COMMIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
