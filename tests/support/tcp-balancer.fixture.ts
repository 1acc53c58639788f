import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How often replicas are asked whether they are ready, in ms. */
const EVERY = 500;

/**
 * A load balancer for TCP on a loopback port: connections go to replicas that are ready, in turn, or to the first of them that is. A
 * replica whose port refuses, or whose `/health/ready` does not answer 200, is passed over; connections that it has are left alone.
 */
export class TcpBalancer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private timer: NodeJS.Timeout | undefined;
  private ready: readonly number[];
  private turn = 0;
  private isClosed = false;

  private constructor(
    private readonly ports: readonly number[],
    private readonly order: 'in turn' | 'first',
  ) {
    this.ready = ports;
    this.server = createServer((socket) => this.take(socket));
    this.timer = setTimeout(() => void this.look(), EVERY);
  }

  /** @param ports of the replicas, on the loopback interface */
  static async open(ports: readonly number[], order: 'in turn' | 'first' = 'in turn'): Promise<TcpBalancer> {
    const balancer = new TcpBalancer(ports, order);
    await new Promise<void>((listening) => balancer.server.listen(0, '127.0.0.1', listening));
    return balancer;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((closed) => this.server.close(closed));
  }

  private async look(): Promise<void> {
    const answers = await Promise.all(
      this.ports.map(async (port) => {
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
        await answer?.arrayBuffer().catch(() => undefined);
        return answer?.status === 200 ? [port] : [];
      }),
    );
    this.ready = answers.flat();
    if (!this.isClosed) this.timer = setTimeout(() => void this.look(), EVERY);
  }

  private take(client: Socket): void {
    const ready = this.ready.length > 0 ? this.ready : this.ports; // better asked too early than not at all
    const start = this.order === 'in turn' ? (this.turn += 1) % ready.length : 0;
    this.sockets.add(client);
    client.once('close', () => this.sockets.delete(client));
    client.on('error', () => client.destroy());
    this.pass(client, [...ready.slice(start), ...ready.slice(0, start)]);
  }

  /** Gives the connection to the first of these replicas that takes it. */
  private pass(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void client.destroy();
    const replica = connect(port, '127.0.0.1');
    replica.once('error', () => {
      if (replica.bytesWritten === 0 && !client.destroyed) this.pass(client, others);
      else client.destroy();
    });
    replica.once('connect', () => {
      client.pipe(replica).pipe(client);
      replica.once('close', () => client.destroy());
      client.once('close', () => replica.destroy());
    });
  }
}
