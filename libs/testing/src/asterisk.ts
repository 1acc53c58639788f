import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { reservePorts } from '@cordboard/tools/ports';
import { eventually } from './eventually.ts';

/** An Asterisk of one spec's own, with phones to come and a trunk. */
export interface TestAsterisk {
  /** As `22.10.1`: the suites that it comes from move. */
  readonly version: string;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Where its announcements lie. */
  readonly sounds: string;
  readonly sipPort: number;
  /** Of the agents' devices. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Ends it, at once unless asked otherwise. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, at the same place. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What such an engine is set up with; see `tools/lib/asterisk-config.mjs`. */
export interface TestAsteriskOptions {
  readonly agents: readonly string[];
  readonly trunk: { readonly ip: string; readonly port: number };
  readonly sipPort: number;
  /** After so many seconds without audio a phone is dead. */
  readonly rtpTimeout?: number;
  readonly sounds?: Readonly<Record<string, readonly { readonly seconds: number; readonly hertz: readonly number[] }[]>>;
}

/** Fetches an engine where none is cached yet, and starts it. @throws where none can be had: never is a spec skipped for that */
export async function testAsterisk(options: TestAsteriskOptions): Promise<TestAsterisk> {
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-asterisk-'));
  const tool = resolve(import.meta.dirname, '../../../tools/asterisk.mjs');
  const { ports, release } = await reservePorts(2); // by us: the tool ends before the engine starts
  const [httpPort, managerPort] = ports;
  const { stdout } = await promisify(execFile)(process.execPath, [tool, JSON.stringify({ ...options, dir, httpPort, managerPort })], {
    timeout: 300_000,
  });
  const { command, args, env, ...engine } = JSON.parse(stdout) as Prepared;
  const launch = (): ChildProcess => {
    const started = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
    started.unref(); // a spec that fails half-way must not keep its run alive
    process.once('exit', () => started.kill('SIGKILL'));
    return started;
  };
  let child = launch();
  const answering = (): Promise<boolean> => eventually(() => answers(engine), Boolean, 30_000);
  await answering();
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((over) => child.once('exit', over));
    child.kill(signal);
    await gone;
  };
  return {
    ...engine,
    get pid() {
      return child.pid ?? 0;
    },
    kill,
    start: async () => {
      child = launch();
      await answering();
    },
    stop: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
      release();
    },
  };
}

type Prepared = Omit<TestAsterisk, 'pid' | 'kill' | 'start' | 'stop'> & {
  readonly command: string;
  readonly args: string[];
  readonly env?: Record<string, string>;
};

async function answers({ url, user, password }: Pick<TestAsterisk, 'url' | 'user' | 'password'>): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return fetch(`${url}/ari/asterisk/ping`, { headers: { authorization }, signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
