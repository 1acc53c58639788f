import { DirectoryEvent, neededByCalls } from '@cordboard/contracts';
import { Bus, Follower } from '@cordboard/platform-messaging';
import { startService, type RunningService } from '@cordboard/platform-process';
import { eventually, testDatabase, testKey, testNats, type TestDatabase, type TestKey, type TestNats } from '@cordboard/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './database.store.ts';
import { DirectoryModule } from './directory.module.ts';

/** Who asks in a spec: alice of the demo account, unless it says otherwise. */
export type Who = Parameters<TestKey['token']>[0];
export const ADA: Who = { sub: 'ada', role: 'ADMIN' };
export const SAM: Who = { sub: 'sam', role: 'SUPERVISOR' };

interface Answer {
  readonly data: Record<string, never> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** A directory of one spec's own, with the demo account, over real PostgreSQL and NATS. */
export class RunningDirectory {
  private service: RunningService | undefined;
  /** What live calls need, like `TEAM sales`: what routing answers when it is asked. */
  needed: readonly string[] = [];
  readonly mediaDir = mkdtempSync(join(tmpdir(), 'cordboard-media-'));

  private constructor(
    readonly database: TestDatabase,
    private readonly nats: TestNats,
    private readonly key: TestKey,
    private readonly routing: Bus,
  ) {}

  static async start(): Promise<RunningDirectory> {
    const [database, nats, key] = await Promise.all([testDatabase(), testNats(), testKey()]);
    const running = new RunningDirectory(database, nats, key, await Bus.connect({ url: nats.url, name: 'routing' }));
    running.routing.serve(neededByCalls, async ({ kind, id }) => ({ needed: running.needed.includes(`${kind} ${id}`) }));
    await running.restart();
    return running;
  }

  async restart(): Promise<void> {
    await this.service?.close();
    const env = {
      PORT: 0,
      HOST: '127.0.0.1',
      DATABASE_URL: this.database.url,
      NATS_URL: this.nats.url,
      JWT_PUBLIC_KEY_FILE: this.key.publicKeyFile,
      SEED: 'demo' as const,
      MEDIA_DIR: this.mediaDir,
    };
    this.service = await startService('directory', await DirectoryModule.from(env), env);
  }

  async stop(): Promise<void> {
    await this.service?.close();
    await this.routing.close();
    await Promise.all([this.nats.stop(), this.database.drop()]);
    rmSync(this.mediaDir, { recursive: true, force: true });
  }

  /** Routing goes: nobody answers for it any more. */
  routingGoes(): Promise<void> {
    return this.routing.stopServing();
  }

  get url(): string {
    return this.service?.url ?? '';
  }

  async bearer(who: Who = { sub: 'alice' }): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.key.token(who)}` };
  }

  async ask(query: string, who?: Who, variables: object = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await this.bearer(who)) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }

  /** What an operation that must not fail gives. */
  async data(query: string, who?: Who, variables: object = {}): Promise<unknown> {
    const answer = await this.ask(query, who, variables);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  async codes(query: string, who?: Who): Promise<unknown> {
    return (await this.ask(query, who)).errors?.map((error) => error.extensions.code);
  }

  /** Everything that is on the stream, as a follower without a past reads it. */
  async told(): Promise<readonly DirectoryEvent[]> {
    const events: DirectoryEvent[] = [];
    const [bus, own] = await Promise.all([Bus.connect({ url: this.nats.url, name: 'spec' }), openDatabase(this.database.url)]);
    const follower = new Follower(bus, own, {
      service: `spec-${performance.now()}`.replace('.', '-'),
      source: 'directory',
      take: (envelope) => (events.push(...envelope.events.map((event) => DirectoryEvent.parse(event))), Promise.resolve('applied')),
    });
    follower.start();
    await eventually(() => follower.hasCaughtUp());
    await Promise.all([follower.stop(), bus.close(), own.close()]);
    return events;
  }
}
