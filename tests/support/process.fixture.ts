import { eventually, freePort } from '@cordboard/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** One service as a process of its own, from `dist/`. */
export class ServiceProcess {
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** How long it took to be ready, in ms: what this machine takes for about a second and a half of work when it is quiet. */
  startMs = 0;
  private log = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (this.log += data.toString()));
  }

  /** Resolves once it is ready. */
  static async start(name: string, env: NodeJS.ProcessEnv, at?: number): Promise<ServiceProcess> {
    const port = at ?? (await freePort());
    const child = spawn(process.execPath, [join(ROOT, 'dist/apps', name, 'main.js')], {
      env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    const began = performance.now();
    const service = new ServiceProcess(child, port);
    await eventually(
      async () => child.exitCode !== null || (await service.readiness()) === 200,
      (is) => is,
      60_000,
    );
    if (child.exitCode !== null) throw new Error(`${name} did not start: ${service.log}`);
    service.startMs = performance.now() - began;
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get output(): string {
    return this.log;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What `/health/ready` answers; null where nothing listens. */
  readiness(): Promise<number | null> {
    return fetch(`${this.url}/health/ready`).then(
      async (response) => (await response.arrayBuffer(), response.status),
      () => null,
    );
  }

  /** Ends it as a crash would, where it still runs. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited;
  }
}
