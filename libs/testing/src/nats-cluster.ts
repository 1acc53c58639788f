import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@cordboard/tools/ports';
import { needed } from './database.ts';
import { eventually } from './eventually.ts';

/** Real nats-servers of one spec's own, with JetStream, joined to one cluster. Servers are numbered from 0. */
export interface TestNatsCluster {
  /** For NATS_URL: every server's address, by commas. */
  readonly url: string;
  readonly urls: readonly string[];
  /** Ends a server (SIGKILL). Resolves once it has ended. */
  kill(server: number): Promise<void>;
  /**
   * Starts a server again on its ports and data, with other `config` where given. Resolves once it answers clients; `healthy` waits until it has
   * caught up.
   */
  start(server: number, config?: string): Promise<void>;
  /** Lets a server stand still (SIGSTOP), its connections open, or go on. */
  standStill(server: number): void;
  goOn(server: number): void;
  /** Resolves once every running server has a meta leader and is current in every stream that it holds (`/healthz`). */
  healthy(): Promise<void>;
  /** The server that leads a stream, or undefined while none does. */
  leaderOf(stream: string): Promise<number | undefined>;
  /** The server that leads a consumer of a stream, or undefined while none does. */
  consumerLeaderOf(stream: string, consumer: string): Promise<number | undefined>;
  /** The names of a stream's consumers that a server has. */
  consumersOn(server: number, stream: string): Promise<readonly string[]>;
  /** Ends every server and removes its data. */
  stop(): Promise<void>;
}

interface Server {
  readonly port: number;
  readonly monitor: number;
  readonly cluster: number;
  readonly dir: string;
  process: ChildProcess | undefined;
}

/**
 * @param size how many servers; one makes a single server without a cluster
 * @param config what their configuration files have in addition, as an `authorization` or `tls` block
 */
export async function testNatsCluster(size = 3, config = ''): Promise<TestNatsCluster> {
  const bin = needed('NATS_SERVER_BIN');
  const servers: Server[] = [];
  for (let n = 0; n < size; n += 1)
    servers.push({
      ...{ port: await freePort(), monitor: await freePort(), cluster: await freePort() },
      dir: mkdtempSync(join(tmpdir(), 'cordboard-nats-')),
      process: undefined,
    });
  const routes = servers.map(({ cluster }) => `"nats://127.0.0.1:${cluster}"`).join(', ');
  const configure = ({ port, monitor, cluster, dir }: Server, more: string): void =>
    writeFileSync(
      join(dir, 'nats.conf'),
      `server_name: n${servers.findIndex((server) => server.dir === dir)}\nlisten: "127.0.0.1:${port}"\nhttp: "127.0.0.1:${monitor}"\n` +
        `jetstream { store_dir: "${join(dir, 'data')}" }\n` +
        (size > 1 ? `cluster { name: spec, listen: "127.0.0.1:${cluster}", routes: [${routes}] }\n` : '') +
        more,
    );
  for (const server of servers) configure(server, config);

  const at = (n: number): Server => {
    const server = servers[n];
    if (!server) throw new Error(`there is no server ${n}`);
    return server;
  };
  const launch = (server: Server): void => {
    const started = spawn(bin, ['-c', join(server.dir, 'nats.conf'), '-l', join(server.dir, 'nats.log')], { stdio: 'ignore' });
    started.unref(); // a spec that fails half-way must not keep its run alive
    process.once('exit', () => started.kill('SIGKILL'));
    server.process = started;
  };
  const ask = async (server: Server, path: string): Promise<unknown> =>
    fetch(`http://127.0.0.1:${server.monitor}${path}`).then(
      (answer) => (answer.ok ? answer.json() : undefined),
      () => undefined,
    );
  const answers = (server: Server) => eventually(async () => (await ask(server, '/healthz?js-server-only=true')) !== undefined);
  const kill = async (server: Server): Promise<void> => {
    const running = server.process;
    server.process = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  };
  const running = () => servers.filter((server) => server.process);
  const healthy = async (): Promise<void> => {
    await Promise.all(
      running().map((server) =>
        eventually(() => ask(server, '/healthz'), Boolean, 60_000).catch((error: unknown) => {
          throw new Error(`a nats-server is not well: ${readFileSync(join(server.dir, 'nats.log'), 'utf8').slice(-1_000)}`, {
            cause: error,
          });
        }),
      ),
    );
  };
  const streamsOn = async (server: Server): Promise<StreamDetail[]> =>
    streamsOf(await ask(server, '/jsz?accounts=1&streams=1&consumers=1'));
  /** What the running servers say of who leads; a server that was killed is nobody's leader. */
  const leader = async (pick: (stream: StreamDetail) => string | undefined, name: string): Promise<number | undefined> => {
    const seen = await Promise.all(running().map(streamsOn));
    const leaders = seen.flat().flatMap((stream) => (stream.name === name ? (pick(stream) ?? []) : []));
    const n = servers.findIndex((server, i) => server.process && leaders.includes(`n${i}`));
    return n < 0 ? undefined : n;
  };

  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(kill));
    for (const { dir } of servers) rmSync(dir, { recursive: true, force: true });
  };
  servers.forEach(launch);
  await healthy().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const urls = servers.map(({ port }) => `nats://127.0.0.1:${port}`);
  return {
    urls,
    url: urls.join(','),
    healthy,
    kill: (n) => kill(at(n)),
    start: async (n, more) => {
      if (more !== undefined) configure(at(n), more);
      launch(at(n));
      await answers(at(n));
    },
    standStill: (n) => void at(n).process?.kill('SIGSTOP'),
    goOn: (n) => void at(n).process?.kill('SIGCONT'),
    leaderOf: (stream) => leader(({ cluster }) => cluster?.leader, stream),
    consumerLeaderOf: (stream, consumer) =>
      leader(({ consumer_detail: consumers = [] }) => consumers.find(({ name }) => name === consumer)?.cluster?.leader, stream),
    consumersOn: async (n, stream) =>
      (await streamsOn(at(n))).flatMap(({ name, consumer_detail: consumers = [] }) =>
        name === stream ? consumers.map((one) => one.name) : [],
      ),
    stop,
  };
}

/** Of the monitoring endpoint `/jsz`, what is read here. */
interface StreamDetail {
  readonly name: string;
  readonly cluster?: { readonly leader?: string };
  readonly consumer_detail?: readonly { readonly name: string; readonly cluster?: { readonly leader?: string } }[];
}

const streamsOf = (answer: unknown): StreamDetail[] =>
  ((answer ?? {}) as { account_details?: { stream_detail?: StreamDetail[] }[] }).account_details?.flatMap(
    (account) => account.stream_detail ?? [],
  ) ?? [];
