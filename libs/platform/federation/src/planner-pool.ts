import { log } from '@cordboard/platform-process';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type { Plan, Planner } from './plan.ts';
import { PlannerChild, type Ended } from './planner-child.ts';
import { planFrom } from './router-planner.ts';

const DEFAULT_PROCESSES = 2;
const DEFAULT_PLAN_MS = 2_000;
/** A document whose plan took too long is refused for so long: a machine that stood still is not its fault. */
const DEFAULT_OVERDUE_MS = 300_000;
const MAX_WAITING = 1_000;
const MAX_WAITING_OF_ACCOUNT = 100;
/** So much of blamed documents is remembered, in bytes: a digest each. */
const BLAMED_BYTES = 4_194_304;
const DIGEST_BYTES = 64;
const MAX_RESTART_DELAY_MS = 5_000;

interface Task {
  readonly digest: string;
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly account: string;
  readonly resolve: (plan: Plan) => void;
  readonly reject: (error: Error) => void;
  /** Somebody else ended the process while this was being planned. */
  retried: boolean;
}

/**
 * Plans in processes of their own, because the planner is native code that can abort: a document that ends a process is refused and never
 * planned again, the process is replaced, and nobody else is affected. Each process plans one document at a time. Accounts take turns, and
 * one account never occupies every process.
 */
export class PlannerPool implements Planner {
  apiSdl = '';
  private readonly idle = new Set<PlannerChild>();
  private readonly children = new Set<PlannerChild>();
  /** What waits, by account; the account that is first is next. */
  private readonly waiting = new Map<string, Task[]>();
  private readonly planning = new Map<string, number>();
  private readonly pending = new Map<string, Promise<Plan>>();
  private readonly blamed = new LRUCache<string, true>({ maxSize: BLAMED_BYTES, sizeCalculation: () => DIGEST_BYTES });
  private waitingCount = 0;
  private failedStarts = 0;
  private stopped = false;

  private constructor(
    private readonly sdl: string,
    private readonly o: { readonly processes: number; readonly planMs: number; readonly overdueMs: number },
  ) {}

  /**
   * Resolves when every process is ready.
   * @param o.planMs how long one plan may take, in ms, before its process is ended
   * @param o.overdueMs for how long, in ms, the document is refused then
   * @throws Error where the supergraph cannot be planned over, or no process can be started
   */
  static async start(
    sdl: string,
    o: { readonly processes?: number; readonly planMs?: number; readonly overdueMs?: number } = {},
  ): Promise<PlannerPool> {
    const { processes = DEFAULT_PROCESSES, planMs = DEFAULT_PLAN_MS, overdueMs = DEFAULT_OVERDUE_MS } = o;
    const pool = new PlannerPool(sdl, { processes, planMs, overdueMs });
    try {
      [pool.apiSdl = ''] = await Promise.all(Array.from({ length: pool.o.processes }, () => pool.add()));
    } catch (error) {
      await pool.stop();
      throw error;
    }
    return pool;
  }

  /** The ids of the processes that run. */
  get pids(): readonly number[] {
    return [...this.children].flatMap(({ pid }) => pid ?? []);
  }

  /**
   * @param account whose turn it takes; null: requests without a token
   * @throws GraphQLError BAD_USER_INPUT for a document that ended a process, RATE_LIMITED where too much waits
   */
  plan(operation: string, operationName: string | undefined, account: string | null = null): Promise<Plan> {
    const digest = createHash('sha256')
      .update(JSON.stringify([operation, operationName]))
      .digest('base64');
    const pending = this.pending.get(digest);
    if (pending) return pending;
    if (this.blamed.has(digest)) return Promise.reject(cannotBePlanned());
    const name = account ?? '';
    if (this.stopped) return Promise.reject(rateLimited('The gateway is stopping; ask again.'));
    if (this.waitingCount >= MAX_WAITING || (this.waiting.get(name)?.length ?? 0) >= MAX_WAITING_OF_ACCOUNT)
      return Promise.reject(rateLimited('Too many new documents wait for their plans; ask again in a moment.'));
    const planned = new Promise<Plan>((resolve, reject) =>
      this.enqueue({ digest, operation, operationName, account: name, resolve, reject, retried: false }),
    ).finally(() => this.pending.delete(digest));
    this.pending.set(digest, planned);
    return planned;
  }

  /** Ends the processes. What still waits is refused. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const tasks of this.waiting.values()) for (const { reject } of tasks) reject(rateLimited('The gateway is stopping; ask again.'));
    this.waiting.clear();
    for (const child of this.children) child.kill();
    await Promise.all([...this.children].map(({ ended }) => ended));
  }

  private enqueue(task: Task): void {
    const tasks = this.waiting.get(task.account) ?? [];
    if (task.retried) tasks.unshift(task);
    else tasks.push(task);
    this.waiting.set(task.account, tasks);
    this.waitingCount += 1;
    this.dispatch();
  }

  /** Takes the next task of the first account that does not have its share of the processes already. */
  private next(): Task | undefined {
    const share = Math.max(1, this.o.processes - 1);
    for (const [account, tasks] of this.waiting) {
      if ((this.planning.get(account) ?? 0) >= share) continue;
      const task = tasks.shift();
      this.waiting.delete(account);
      if (tasks.length > 0) this.waiting.set(account, tasks); // behind the others
      this.waitingCount -= 1;
      return task;
    }
    return undefined;
  }

  private dispatch(): void {
    for (const child of this.idle) {
      const task = this.next();
      if (!task) return;
      this.idle.delete(child);
      void this.run(child, task);
    }
  }

  private async run(child: PlannerChild, task: Task): Promise<void> {
    this.planning.set(task.account, (this.planning.get(task.account) ?? 0) + 1);
    const answer = await child.plan(task);
    const left = (this.planning.get(task.account) ?? 1) - 1;
    if (left > 0) this.planning.set(task.account, left);
    else this.planning.delete(task.account);
    if ('byOthers' in answer) this.ended(task, answer);
    else {
      if (this.children.has(child)) this.idle.add(child);
      settle(task, answer);
    }
    this.dispatch();
  }

  private ended(task: Task, { byOthers, isOverdue }: Ended): void {
    if (this.stopped) return task.reject(rateLimited('The gateway is stopping; ask again.'));
    if (byOthers && !task.retried) {
      task.retried = true;
      return this.enqueue(task);
    }
    this.blamed.set(task.digest, true, isOverdue ? { ttl: this.o.overdueMs } : {});
    log.warn(
      { account: task.account, document: task.operation.slice(0, 500), isOverdue },
      isOverdue
        ? 'a plan took too long; it is not tried again for a while'
        : 'a document has ended the query planner; it is not planned again',
    );
    task.reject(cannotBePlanned());
  }

  /** One process more, which is replaced whenever it ends. @returns the SDL that clients see */
  private async add(): Promise<string> {
    const child = new PlannerChild(this.o.planMs);
    this.children.add(child);
    void child.ended.then(() => this.replace(child));
    const apiSdl = await child.start(this.sdl);
    this.failedStarts = 0;
    this.idle.add(child);
    this.dispatch();
    return apiSdl;
  }

  private replace(child: PlannerChild): void {
    this.children.delete(child);
    this.idle.delete(child);
    if (this.stopped) return;
    const delayMs = this.failedStarts === 0 ? 0 : Math.min(50 * 2 ** this.failedStarts, MAX_RESTART_DELAY_MS);
    this.failedStarts += 1; // until one is ready
    setTimeout(() => {
      if (!this.stopped)
        this.add().catch((error: unknown) => this.stopped || log.error({ err: error }, 'a query planner could not be started'));
    }, delayMs).unref();
  }
}

function settle({ resolve, reject }: Task, answer: { plan: string } | { error: string }): void {
  if ('error' in answer) return reject(new Error(answer.error));
  try {
    resolve(planFrom(JSON.parse(answer.plan)));
  } catch (error) {
    reject(error as Error);
  }
}

const cannotBePlanned = (): GraphQLError =>
  new GraphQLError('This document cannot be planned; write it another way.', { extensions: { code: 'BAD_USER_INPUT' } });
const rateLimited = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } });
