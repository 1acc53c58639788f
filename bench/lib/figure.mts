/** One line of a benchmark's result. The ratio is ours over `against`, measured in the same run; null where nothing compares. */
export function figure(bench: string, name: string, value: number, unit: string, against: number | null = null): void {
  const ratio = against === null || against === 0 ? null : round(value / against);
  console.log(JSON.stringify({ bench, figure: name, value: round(value), unit, against: against === null ? null : round(against), ratio }));
}

const round = (n: number): number => Math.round(n * 1000) / 1000;

/** A number given on the command line as `--name=n`, for shorter or longer runs. */
export function flag(name: string, usually: number): number {
  const given = process.argv.find((arg) => arg.startsWith(`--${name}=`));
  const n = given === undefined ? usually : Number(given.slice(name.length + 3));
  if (!Number.isFinite(n) || n <= 0) throw new Error(`--${name} is to be a positive number: ${given}`);
  return n;
}

/** The value below which that part of them lies: 0.5 is the median. */
export function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0;
}

/** Several numbers given on the command line as `--name=n,n`. */
export function numbers(name: string, usually: readonly number[]): readonly number[] {
  const given = process.argv.find((arg) => arg.startsWith(`--${name}=`));
  const all =
    given === undefined
      ? usually
      : given
          .slice(name.length + 3)
          .split(',')
          .map(Number);
  if (all.some((n) => !Number.isFinite(n) || n <= 0)) throw new Error(`--${name} is to be positive numbers: ${given}`);
  return all;
}
