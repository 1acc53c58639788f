/** One line of a benchmark's result. The ratio is ours over `against`, measured in the same run; null where nothing compares. */
export function figure(bench: string, name: string, value: number, unit: string, against: number | null = null): void {
  const ratio = against === null || against === 0 ? null : round(value / against);
  console.log(JSON.stringify({ bench, figure: name, value: round(value), unit, against: against === null ? null : round(against), ratio }));
}

const round = (n: number): number => Math.round(n * 1000) / 1000;
