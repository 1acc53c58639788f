import { log } from '@cordboard/platform-process';
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** Beside this file, and beside the bundle of a service, which puts it there. */
const ENTRY = join(import.meta.dirname, 'planner.child.mjs');
const START_TIMEOUT_MS = 60_000;
/** The thread inside the child is the second guard: the gateway measures first. */
const WATCHDOG_EXTRA_MS = 1_000;
const MAX_RSS_BYTES = 1_073_741_824;
const MAX_PLAN_BYTES = 8_388_608;
const KEPT_STDERR_CHARACTERS = 2_000;

export interface PlanRequest {
  readonly operation: string;
  readonly operationName: string | undefined;
}
/** How a process ends that fails by itself (POSIX). */
const CRASHES: ReadonlySet<NodeJS.Signals> = new Set(['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']);

/** How a child ended: whether what it was planning is to blame for it. */
export interface Ended {
  /** Nobody in this process ended it, and it did not end itself: somebody else's SIGKILL, for instance. */
  readonly byOthers: boolean;
  /** Its plan took longer than allowed: the document may be to blame, or a machine that stood still. */
  readonly isOverdue: boolean;
}

interface Answer {
  readonly ready?: string;
  readonly failed?: string;
  readonly plan?: string;
  readonly error?: string;
}

/** One process that plans, one document at a time. It ends with this process, however this ends. */
export class PlannerChild {
  private readonly child: ChildProcess;
  private readonly disconnected: Promise<void>;
  private stderr = '';
  private overdue = false;
  private hasEnded = false;
  private settle: ((answer: Answer | Ended) => void) | undefined;
  /** Resolves when the process is gone and all that it sent has been read. */
  readonly ended: Promise<Ended>;

  constructor(private readonly planMs: number) {
    this.child = fork(ENTRY, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: environment() });
    this.disconnected = new Promise((resolve) => void this.child.once('disconnect', () => resolve()));
    this.child.on('message', (answer: Answer) => this.settle?.(answer));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    this.child.stderr?.on('error', () => undefined); // what it has said so far is enough
    this.ended = this.end();
    this.holdProcess(false);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** @returns the SDL that clients see @throws Error where the supergraph cannot be planned over, or the process cannot be started */
  async start(sdl: string): Promise<string> {
    const settings = { sdl, planMs: this.planMs + WATCHDOG_EXTRA_MS, maxRssBytes: MAX_RSS_BYTES, maxPlanBytes: MAX_PLAN_BYTES };
    const answer = await this.ask(settings, START_TIMEOUT_MS);
    if ('ready' in answer && answer.ready !== undefined) return answer.ready;
    this.kill();
    throw new Error(`The query planner cannot start: ${('failed' in answer && answer.failed) || this.stderr || 'it has ended'}`);
  }

  /** @returns the plan as JSON, the planner's error, or how the process ended over it */
  plan({ operation, operationName }: PlanRequest): Promise<{ plan: string } | { error: string } | Ended> {
    return this.ask({ operation, operationName: operationName ?? null }, this.planMs) as never;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async ask(message: object, timeoutMs: number): Promise<Answer | Ended> {
    if (this.hasEnded) return this.ended;
    const answer = new Promise<Answer | Ended>((resolve) => (this.settle = resolve));
    void this.ended.then((ended) => this.settle?.(ended));
    // an answer that came while this process was busy is read before the time counts as over
    const timer = setTimeout(() => setImmediate(() => this.settle && this.expire()), timeoutMs);
    this.holdProcess(true);
    this.child.send(message, () => undefined);
    try {
      return await answer;
    } finally {
      this.settle = undefined;
      clearTimeout(timer);
      this.holdProcess(false);
    }
  }

  private expire(): void {
    this.overdue = true;
    this.kill();
  }

  private async end(): Promise<Ended> {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      this.child.once('exit', (...how) => resolve(how));
      this.child.on('error', (error) => {
        this.stderr ||= error.message;
        if (this.child.pid === undefined) resolve([1, null]);
      });
    });
    if (this.child.pid !== undefined && this.child.connected) await this.disconnected;
    this.hasEnded = true;
    const { overdue, stderr, pid } = this;
    log.debug({ pid, code, signal, overdue, stderr }, 'a query planner has ended');
    return { byOthers: !overdue && signal !== null && !CRASHES.has(signal), isOverdue: overdue };
  }

  /** An idle planner keeps no process alive. */
  private holdProcess(hold: boolean): void {
    const { channel } = this.child as { channel?: { ref(): void; unref(): void } | null };
    const stderr = this.child.stderr as { ref?(): void; unref?(): void } | null;
    for (const handle of [this.child, channel, stderr])
      if (hold) handle?.ref?.();
      else handle?.unref?.();
  }
}

/** The parent's, but for what is meant for its own Node. */
const environment = (): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
};
