import { eventually, freePort, testDatabase, testNatsCluster, type TestDatabase, type TestNatsCluster } from '@cordboard/testing';
import { endChild, startChild, type Child } from '@cordboard/tools/children';
import { temporaryDir } from '@cordboard/tools/postgres';
import { root, SERVICES, SUBGRAPHS, type ServiceName } from '@cordboard/tools/root';
import type { Stack } from '@cordboard/tools/stack';
import { ensureKeys } from '@cordboard/tools/tokens';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { TcpBalancer } from '../support/tcp-balancer.fixture.ts';
import { World } from '../stories/people.ts';

/** One process of a service. Its port stays the same when it is started again. */
interface Replica {
  readonly port: number;
  readonly simulatorPort: number;
  child: Child | undefined;
}

/** How many of each service there are. */
const REPLICAS = 2;

/** Two replicas of every service and gateway behind balancers, three NATS servers in a cluster, one PostgreSQL. */
export class Replicas {
  readonly log: string[] = [];
  /** The replica of telephony that drives the simulated network: the first to start, and after its death the other. */
  private driving = 0;
  private readonly balancers = new Map<string, TcpBalancer>();

  private constructor(
    private readonly database: TestDatabase,
    readonly nats: TestNatsCluster,
    private readonly replicas: Readonly<Record<ServiceName, readonly Replica[]>>,
    private readonly dataDir: string,
  ) {}

  static async begin(): Promise<Replicas> {
    const [database, nats] = await Promise.all([testDatabase(), testNatsCluster()]);
    const replicas: Partial<Record<ServiceName, Replica[]>> = {};
    for (const name of SERVICES) {
      replicas[name] = [];
      for (let n = 0; n < REPLICAS; n += 1)
        replicas[name].push({ port: await freePort(), simulatorPort: await freePort(), child: undefined });
    }
    const all = new Replicas(database, nats, replicas as Record<ServiceName, Replica[]>, temporaryDir('replicas'));
    try {
      await all.start();
    } catch (error) {
      await all.end();
      throw error;
    }
    return all;
  }

  async end(): Promise<void> {
    await Promise.all(
      Object.values(this.replicas)
        .flat()
        .flatMap(({ child }) => (child ? [endChild(child, { signal: 'SIGKILL' })] : [])),
    );
    await Promise.all([...this.balancers.values()].map((balancer) => balancer.close()));
    await this.nats.stop();
    await this.database.drop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** The world as whoever is connected to this gateway, while it runs, sees it. */
  world(gateway: number): World {
    const simulatorUrl = () => `http://127.0.0.1:${this.at('telephony', this.driving).simulatorPort}`;
    const address = this.balancer(`gateway ${gateway}`).address;
    const stack: Stack = {
      url: `http://${address}/graphql`,
      wsUrl: `ws://${address}/graphql`,
      get simulatorUrl() {
        return simulatorUrl();
      },
      databaseUrl: this.database.url,
      natsUrl: this.nats.url,
      keyFile: this.keyFile,
      dataDir: this.dataDir,
      services: {} as Stack['services'],
      restart: () => Promise.reject(new Error('start a replica')),
      kill: () => Promise.reject(new Error('kill a replica')),
      stop: async () => undefined,
    };
    return World.of(stack);
  }

  /** Ends a replica as a crash does: of telephony the one that drives the engine. @returns which it was */
  async kill(name: ServiceName): Promise<number> {
    const n = name === 'telephony' ? this.driving : 0;
    const replica = this.at(name, n);
    if (replica.child) await endChild(replica.child, { signal: 'SIGKILL' });
    replica.child = undefined;
    if (name === 'telephony') this.driving = (n + 1) % REPLICAS;
    return n;
  }

  /** Starts a replica. Resolves once it is ready. */
  async run(name: ServiceName, n: number): Promise<void> {
    const replica = this.at(name, n);
    const child = startChild(process.execPath, [join(root, 'dist/apps', name, 'main.js')], {
      env: { ...process.env, ...this.environment(name, replica) },
      cwd: root,
      onLine: (line) => this.log.push(`${name} ${n}: ${line}`),
    });
    replica.child = child;
    await eventually(async () => !child.running() || (await this.isReady(replica)), Boolean, 60_000);
    if (!child.running()) throw new Error(`${name} ${n} has ended: ${child.lastWords()}`);
  }

  private async start(): Promise<void> {
    for (const name of SERVICES) this.balancers.set(name, await TcpBalancer.open(this.replicas[name].map(({ port }) => port)));
    const gateways = this.replicas.gateway.map(({ port }) => port);
    for (const [n] of gateways.entries())
      this.balancers.set(`gateway ${n}`, await TcpBalancer.open([...gateways.slice(n), ...gateways.slice(0, n)], 'first'));
    await Promise.all(SUBGRAPHS.map((name) => this.run(name, 0))); // they migrate the tables
    await Promise.all([
      this.run('telephony', 0),
      ...gateways.map((_, n) => this.run('gateway', n)),
      ...SUBGRAPHS.map((name) => this.run(name, 1)),
    ]);
    await this.run('telephony', 1);
  }

  private environment(name: ServiceName, { port, simulatorPort }: Replica): Record<string, string> {
    const media = { MEDIA_DIR: join(this.dataDir, 'media') };
    const own: Partial<Record<ServiceName, Record<string, string>>> = {
      directory: { SEED: 'demo' },
      recording: { ...media, PUBLIC_URL: `http://${this.balancer('gateway').address}` },
      webhooks: { WEBHOOKS_ALLOW_LOOPBACK: 'true', WEBHOOKS_ALLOW_HTTP: 'true' },
      telephony: { ...media, ENGINE: 'simulator', SIMULATOR_PORT: String(simulatorPort) },
      gateway: Object.fromEntries(
        SUBGRAPHS.map((graph) => [`${graph.toUpperCase()}_URL`, `http://${this.balancer(graph).address}/graphql`]),
      ),
    };
    return {
      HOST: '127.0.0.1',
      PORT: String(port),
      NATS_URL: this.nats.url,
      JWT_PUBLIC_KEY_FILE: this.keyFile,
      ...(name === 'gateway' ? {} : { DATABASE_URL: this.database.url }),
      ...own[name],
    };
  }

  private get keyFile(): string {
    return ensureKeys(this.dataDir).publicFile;
  }

  private at(name: ServiceName, n: number): Replica {
    const replica = this.replicas[name][n];
    if (!replica) throw new Error(`there is no ${name} ${n}`);
    return replica;
  }

  private balancer(name: string): TcpBalancer {
    const balancer = this.balancers.get(name);
    if (!balancer) throw new Error(`there is no balancer for ${name}`);
    return balancer;
  }

  private async isReady({ port }: Replica): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    return answer?.status === 200;
  }
}
