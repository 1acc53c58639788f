import { log } from '@cordboard/platform-process';
import WebSocket from 'ws';
import type { AriAccess } from './client.ts';
import type { AriEvent } from './description.ts';

/** A socket that is lost is tried again after this long, in ms. */
const RETRY = 250;
/** How often the engine is asked to say something over the socket, in ms; one that has been silent for two of these is lost. */
const BEAT = 5_000;
/** A socket of the same application that the engine still ends is waited for so long, in ms: it can get stuck where another one comes meanwhile. */
const ENDING = 5_000;
const HANDSHAKE = 10_000;
/** Who opens a socket while the engine still ends the former one may be told of being replaced itself: for so long, that means nothing. */
const SETTLING = 2_000;

/** What is told of the socket. `open` comes before the first event, `closed` after the last one. */
export interface SocketListener {
  /** Asks the engine for an event. Rejects where it has forgotten the application though the socket is open, which happens. */
  probe(): Promise<unknown>;
  /** Whether the engine has a socket of the application. Rejects where it cannot be asked. */
  isTaken(): Promise<boolean>;
  open(): void;
  event(event: AriEvent): void;
  closed(): void;
}

/**
 * The engine's events, for the application `cordboard`, over every loss of the connection. Whoever opens a second socket for it takes
 * the first one's place; then this one rests, since two that take turns would each hear half.
 */
export class EventSocket {
  private socket: WebSocket | undefined;
  private retry: NodeJS.Timeout | undefined;
  private ended = false;
  /** Why the last attempt failed: it is told once. */
  private trouble: string | undefined;

  constructor(
    private readonly access: AriAccess,
    private readonly listener: SocketListener,
  ) {}

  connect(): void {
    void this.whenFree().then(
      () => this.ended || this.open(),
      () => this.again(),
    );
  }

  private open(): void {
    const { url, user, password } = this.access;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ari/events?app=cordboard&subscribeAll=true`, {
      handshakeTimeout: HANDSHAKE,
      auth: `${user}:${password}`,
    });
    this.socket = socket;
    let isOpen = false;
    let openedAt = 0;
    let isHeard = true;
    const beat = setInterval(() => {
      if (!isOpen) return;
      if (!isHeard) return socket.terminate();
      isHeard = false;
      this.listener.probe().catch(() => socket.terminate());
    }, BEAT);
    socket.on('open', () => {
      isOpen = true;
      openedAt = performance.now();
      isHeard = true;
      this.trouble = undefined;
      this.listener.open();
    });
    socket.on('message', (data) => {
      isHeard = true;
      const event = JSON.parse(String(data)) as AriEvent;
      if (event.type !== 'ApplicationReplaced') this.listener.event(event);
      else if (performance.now() - openedAt > SETTLING) this.replaced();
    });
    socket.on('error', ({ message }) => {
      if (message !== this.trouble) log.warn({ url, message }, 'the events of the call engine are not heard');
      this.trouble = message;
    });
    socket.on('close', () => {
      clearInterval(beat);
      if (isOpen) this.listener.closed();
      this.again();
    });
  }

  private again(): void {
    if (!this.ended) this.retry = setTimeout(() => this.connect(), RETRY);
  }

  private async whenFree(): Promise<void> {
    const until = performance.now() + ENDING;
    while (!this.ended && performance.now() < until && (await this.listener.isTaken())) await new Promise((rest) => setTimeout(rest, 50));
  }

  /** Loses this connection, and tries the next one. */
  reconnect(): void {
    this.socket?.terminate();
  }

  close(): void {
    this.ended = true;
    clearTimeout(this.retry);
    this.socket?.close();
  }

  private replaced(): void {
    log.error('another service has taken the call engine over; this one rests until it is started anew');
    this.close();
  }
}
