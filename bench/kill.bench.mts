/**
 * Calls are handed over all the time while parts are killed in turn, for `--seconds=120`, and then NATS loses everything it held. What
 * must hold afterwards is in tests/faults/kill.spec.ts, which this runs for longer than a commit waits; here are its counts.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure, flag } from './lib/figure.mts';

interface Counts {
  readonly what: string;
  readonly kills: number;
  readonly acknowledged: number;
  readonly begun: number;
  readonly retries: number;
  readonly drainMs: number;
}

const dir = mkdtempSync(join(tmpdir(), 'cordboard-kill-'));
try {
  const file = join(dir, 'figures');
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const env = { ...process.env, KILL_SECONDS: String(flag('seconds', 120)), KILL_FIGURES: file };
  const spec = spawn(process.execPath, [...jest, 'tests/faults/kill.spec.ts'], { env, stdio: ['ignore', 2, 2] });
  process.exitCode = await new Promise<number>((resolve) => spec.once('exit', (code) => resolve(code ?? 1)));
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const { what, kills, acknowledged, begun, retries, drainMs } = JSON.parse(line) as Counts;
    figure('kill', `${what}: kills`, kills, 'kills');
    figure('kill', `${what}: transfers acknowledged, of calls begun`, acknowledged, 'transfers', begun);
    figure('kill', `${what}: requests asked again`, retries, 'requests');
    figure('kill', `${what}: everything settled after`, drainMs, 'ms');
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
