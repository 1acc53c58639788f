import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly against: number | null;
}

/** The benchmark of the same name, short: its own processes, PostgreSQL and NATS. */
async function raced(rounds: number): Promise<{ code: number | null; said: string; figures: readonly Figure[] }> {
  const bench = spawn(process.execPath, ['--import', './tools/register.mjs', 'bench/race.bench.mts', `--rounds=${rounds}`], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, said, code] = await Promise.all([
    text(bench.stdout),
    text(bench.stderr),
    new Promise<number | null>((resolve) => bench.once('close', resolve)),
  ]);
  const figures = printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Figure);
  return { code, said, figures };
}

describe('two routing processes at the same instant', () => {
  it('the first answer wins, a transfer comes to one end, no caller is lost; look-then-update fails the same race', async () => {
    const { code, said, figures } = await raced(300);
    const of = (name: string) => figures.find(({ figure }) => figure.startsWith(name));
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expect(of('double winners')?.value).toBe(0);
    expect(of('double winners')?.against).toBeGreaterThan(0);
    expect(of('callers lost')?.value).toBe(0);
    expect(of('other faults')?.value).toBe(0);
    for (const { value } of figures.filter(({ figure }) => figure.includes('decided by both'))) expect(value).toBeGreaterThan(0);
  }, 180_000);
});
