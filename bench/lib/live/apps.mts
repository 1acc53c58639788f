/**
 * Agents' apps in one process: sockets that come back as @cordboard/client does, each with the same subscriptions. Told over IPC what to do,
 * tells how many are there, and how long what was said took to arrive.
 */
import { pauseBefore } from '@cordboard/client';
import WebSocket from 'ws';

/** What an app opens. `$self` in a document is its agent. */
export interface Opening {
  readonly url: string;
  readonly apps: readonly { readonly agentId: string; readonly token: string }[];
  readonly documents: readonly string[];
}
type Order = { readonly open: Opening } | { readonly count: true } | { readonly latencies: true };

/** A status' reason `t<ms since 1970>` says when it was chosen. */
const SAID = /"reason":"t(\d+\.?\d*)"/;
const now = (): number => performance.timeOrigin + performance.now();
const there = new Set<App>();
let latencies: number[] = [];
let attempts = 0;

class App {
  private failed = 0;
  private readonly missing = new Set<number>();

  constructor(
    private readonly o: Opening,
    private readonly who: Opening['apps'][number],
  ) {}

  open(): void {
    attempts += 1;
    const socket = new WebSocket(this.o.url, 'graphql-transport-ws', { perMessageDeflate: false });
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${this.who.token}` } })),
    );
    socket.on('message', (data) => this.hear(socket, String(data as Buffer)));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      there.delete(this);
      setTimeout(() => this.open(), pauseBefore(this.failed, Math.random()));
      this.failed += 1;
    });
  }

  private hear(socket: WebSocket, text: string): void {
    if (text.startsWith('{"type":"connection_ack"')) {
      this.failed = 0;
      this.o.documents.forEach((document, i) => {
        this.missing.add(i);
        const query = document.replaceAll('$self', JSON.stringify(this.who.agentId));
        socket.send(JSON.stringify({ id: String(i), type: 'subscribe', payload: { query } }));
      });
      return;
    }
    const [, said] = SAID.exec(text) ?? [];
    if (said !== undefined) latencies.push(now() - Number(said));
    const [, id] = /"id":"(\d+)"/.exec(text) ?? [];
    if (id !== undefined && this.missing.delete(Number(id)) && this.missing.size === 0) there.add(this);
  }
}

process.on('message', (order: Order) => {
  if ('open' in order) void openAll(order.open);
  if ('count' in order) process.send?.({ there: there.size, attempts });
  if ('latencies' in order) {
    process.send?.({ latencies });
    latencies = [];
  }
});
process.on('disconnect', () => process.exit(0)); // nobody is left to ask

/** Not all in one moment: a gateway takes so many handshakes a second. */
async function openAll(o: Opening): Promise<void> {
  for (const [i, who] of o.apps.entries()) {
    new App(o, who).open();
    if (i % 25 === 24) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
