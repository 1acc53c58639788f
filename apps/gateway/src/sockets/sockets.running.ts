import { refuseTunnel, refuseUnreadable } from '@cordboard/platform-process';
import type { Identity } from '@cordboard/platform-subgraph';
import { eventually } from '@cordboard/testing';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import type { Begin, Sender, Sink } from './port.ts';
import { serveSockets, type Sockets } from './serve.ts';
import type { SocketSettings } from './settings.ts';

/** The bytes that ask for a WebSocket. */
export const handshake = (...headers: readonly string[]): string =>
  [
    'GET /graphql HTTP/1.1',
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '\r\n',
  ].join('\r\n');

export interface Begun {
  readonly query: string;
  readonly sender: Sender;
  readonly sink: Sink;
  ended: boolean;
  /** When its work has ended, once it was ended; at once. */
  worked: Promise<void>;
}

/** Sockets over a server of their own; what is asked over them is remembered, and answered by the test. */
export class RunningSockets {
  readonly begun: Begun[] = [];
  /** Devices as the rest of the gateway was told of them: `+` opened, `-` closed for good, `?` lost. */
  readonly devices: string[] = [];
  /** The tokens that are taken, and how long each lasts, in ms from now. */
  readonly tokens = new Map<string, Partial<Identity> & { lastsMs: number }>();
  /** When tokens are checked; at once. */
  checked: Promise<void> = Promise.resolve();
  /** When the work of what is begun from now on ends, once it was ended; at once. */
  worked: Promise<void> = Promise.resolve();
  sockets: Sockets;
  private readonly opened: WebSocket[] = [];

  private constructor(
    readonly http: Server,
    /** Requests of `/late`, which the test answers. */
    readonly late: readonly ServerResponse[],
    settings: Partial<SocketSettings>,
  ) {
    const begin: Begin = ({ query }, sender, sink) => {
      const one = { query, sender, sink, ended: false, worked: this.worked };
      this.begun.push(one);
      if (query.includes('throws')) sink.error([{ message: 'No such field.', extensions: { code: 'BAD_USER_INPUT' } }]);
      return () => {
        one.ended = true;
        return one.worked;
      };
    };
    this.sockets = serveSockets({
      http,
      path: '/graphql',
      begin,
      identify: async (authorization) => {
        await this.checked;
        const known = this.tokens.get(authorization ?? '');
        if (!known) return { refused: 'token not valid' };
        const { lastsMs, ...identity } = known;
        return {
          agentId: 'alice',
          account: 'demo',
          role: 'AGENT',
          token: '',
          issuedAt: null,
          ...identity,
          expiresAt: Date.now() + lastsMs,
        };
      },
      opened: async ({ agentId, deviceId }) => {
        if (agentId === 'nobody') return false;
        this.devices.push(`+${deviceId}`);
        return true;
      },
      closed: async ({ deviceId }, _, clean) => void this.devices.push(`${clean ? '-' : '?'}${deviceId}`),
      settings: { answerMs: 0, ...settings }, // tests leave most of what they ask unanswered
    });
    this.tokens.set('alice', { lastsMs: 60_000 });
  }

  static async start(settings: Partial<SocketSettings> = {}): Promise<RunningSockets> {
    const late: ServerResponse[] = [];
    const http = createServer((request, answer) => {
      if (request.url === '/late') late.push(answer);
      else void text(request).then((body) => answer.end(`${request.method} ${request.url} ${body};`));
    });
    http.on('clientError', refuseUnreadable).on('connect', refuseTunnel);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new RunningSockets(http, late, settings);
  }

  async stop(): Promise<void> {
    for (const socket of this.opened) socket.terminate();
    await this.sockets.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }
  get url(): string {
    return `ws://127.0.0.1:${this.port}/graphql`;
  }

  /** A client that writes and reads messages itself. */
  async client(o: { protocol?: string; init?: object | null; headers?: Record<string, string> } = {}): Promise<RawClient> {
    const socket = new WebSocket(this.url, o.protocol ?? 'graphql-transport-ws', { headers: o.headers ?? {} });
    this.opened.push(socket);
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    if (o.init !== null) {
      client.say({ type: 'connection_init', payload: o.init ?? { authorization: 'alice', deviceId: 'd1' } });
      await eventually(() => client.heard.some(({ type }) => type === 'connection_ack') || client.closed !== undefined);
    }
    return client;
  }

  /** A connection that the test writes to, and what has come back over it. */
  connection(): Socket & { heard(): string } {
    const socket = connect(this.port, '127.0.0.1').on('error', () => undefined);
    let heard = '';
    socket.on('data', (data) => (heard += data.toString('latin1')));
    return Object.assign(socket, { heard: () => heard });
  }

  /** All that comes back for these bytes, after whose first line the client sends more, until the connection ends. */
  async raw(bytes: string | Buffer, more?: Buffer): Promise<string> {
    const socket = connect(this.port, '127.0.0.1').on('error', () => undefined);
    socket.write(bytes);
    let heard = '';
    socket.once('data', () => more && socket.write(more)).on('data', (data: Buffer) => (heard += data.toString('latin1')));
    await new Promise((resolve) => socket.once('close', resolve));
    return heard;
  }

  /** A client that opens a socket, says who it is and what it wants, and then reads nothing any more. */
  async deaf(): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (data) => (heard += data.toString('latin1')));
    const say = (message: object): void => {
      const bytes = Buffer.from(JSON.stringify(message));
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])); // masked with zeros
    };
    socket.write(handshake('Sec-WebSocket-Protocol: graphql-transport-ws'));
    await eventually(() => heard.includes('101 Switching'));
    say({ type: 'connection_init', payload: { authorization: 'alice', deviceId: 'deaf' } });
    await eventually(() => heard.includes('connection_ack'));
    const before = this.begun.length;
    say({ id: '1', type: 'subscribe', payload: { query: 's' } });
    await eventually(() => this.begun.length > before);
    socket.on('error', () => undefined);
    socket.pause();
    return socket;
  }
}

export interface Heard {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export class RawClient {
  readonly heard: Heard[] = [];
  closed: string | undefined;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.heard.push(JSON.parse(String(data as Buffer)) as Heard));
    socket.on('close', (code, reason) => (this.closed = `${code} ${String(reason)}`));
    socket.on('error', () => undefined);
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async closesWith(): Promise<string> {
    return (await eventually(() => this.closed)) ?? '';
  }

  async hears(type: string, count = 1): Promise<readonly Heard[]> {
    return eventually(
      () => this.heard.filter((one) => one.type === type),
      (found) => found.length >= count,
    );
  }
}
