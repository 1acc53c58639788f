import { eventually, hire } from '@cordboard/testing';
import type { Stack } from '@cordboard/tools/stack';
import { signToken } from '@cordboard/tools/tokens';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Opening } from './apps.mts';

/** So many agents of the demo account, each with a token. */
export async function people(stack: Stack, many: number): Promise<Opening['apps']> {
  const hired = await hire(stack.databaseUrl, many);
  return Promise.all(
    hired.map(async ({ id }) => ({ agentId: id, token: await signToken('alice', { dataDir: stack.dataDir, claims: { sub: id } }) })),
  );
}

/** Their apps, in a process of their own. */
export class Apps {
  private constructor(
    private readonly child: ChildProcess,
    private readonly many: number,
  ) {}

  /** Resolves when all are there. */
  static async open(o: Opening): Promise<Apps> {
    const child = fork(new URL('./apps.mts', import.meta.url), [], { execArgv: ['--import', './tools/register.mjs'] });
    const apps = new Apps(child, o.apps.length);
    child.send({ open: o });
    await apps.allThere(300_000);
    return apps;
  }

  /** @returns how many have what they asked for, and how often a socket was opened */
  count(): Promise<{ readonly there: number; readonly attempts: number }> {
    return this.ask({ count: true });
  }

  async allThere(withinMs: number): Promise<void> {
    await eventually(
      () => this.count(),
      ({ there }) => there === this.many,
      withinMs,
    );
  }

  /** How long it took until what was said had arrived, in ms, since it was asked last. */
  async latencies(): Promise<readonly number[]> {
    return (await this.ask<{ latencies: number[] }>({ latencies: true })).latencies;
  }

  end(): void {
    this.child.disconnect();
  }

  private async ask<Answer>(order: object): Promise<Answer> {
    const answer = once(this.child, 'message');
    this.child.send(order);
    return (await answer)[0] as Answer;
  }
}
