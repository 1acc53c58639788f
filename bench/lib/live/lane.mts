import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@cordboard/testing';

/** A server of one lane and its clients, in processes of their own. */
export class Lane {
  private constructor(
    readonly name: string,
    private readonly server: ChildProcess,
    private readonly clients: ChildProcess,
    readonly count: number,
    /** Memory of the server before anybody came, in bytes. */
    readonly empty: number,
  ) {}

  static async open(name: string, count: number): Promise<Lane> {
    const start = (file: string, ...args: string[]): ChildProcess =>
      fork(new URL(file, import.meta.url), args, {
        execArgv: ['--import', './tools/register.mjs', '--expose-gc'],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    const [server, clients] = [start('./server.mts', name), start('./clients.mts')];
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const { rss } = await ask<{ rss: number }>(server, { measure: true });
    await ask(clients, { open: count, port });
    const subscribed = async (): Promise<number> => (await ask<{ subscriptions: number }>(server, { subscriptions: true })).subscriptions;
    await eventually(subscribed, (subscriptions) => subscriptions === count, 60_000);
    return new Lane(name, server, clients, count, rss);
  }

  /** Says so many events, `burst` of them at a time. @returns the server's CPU time, in ms, and how long it took until all had arrived */
  async say(events: number, burst: number, everyMs: number): Promise<{ readonly cpuMs: number; readonly ms: number }> {
    await ask(this.clients, { expect: events * this.count });
    const before = await this.measure();
    const began = performance.now();
    const all = new Promise<void>((resolve) => this.clients.once('message', () => resolve()));
    for (let said = 0; said < events; said += burst) {
      this.server.send({ say: Math.min(burst, events - said) });
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    const late = setTimeout(() => {
      throw new Error(`${this.name}: not everything has arrived`);
    }, 60_000);
    await all;
    clearTimeout(late);
    const ms = performance.now() - began;
    return { cpuMs: (await this.measure()).cpuMs - before.cpuMs, ms };
  }

  async measure(): Promise<{ readonly cpuMs: number; readonly rss: number }> {
    const { cpu, rss } = await ask<{ cpu: NodeJS.CpuUsage; rss: number }>(this.server, { measure: true });
    return { cpuMs: (cpu.user + cpu.system) / 1_000, rss };
  }

  close(): void {
    this.server.send({ end: true });
    this.clients.send({ end: true });
  }
}

async function ask<Answer>(child: ChildProcess, order: object): Promise<Answer> {
  const answer = once(child, 'message');
  child.send(order);
  return (await answer)[0] as Answer;
}
