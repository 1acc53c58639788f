import { log } from '@cordboard/platform-process';
import WebSocket from 'ws';
import type { AriAccess } from './client.ts';
import type { AriEvent } from './description.ts';

/** A socket that is lost is tried again after this long, and one that says nothing for this long is lost, in ms. */
const RETRY = 250;
const SILENCE = 10_000;
/** Who opens a socket while the engine still ends the former one may be told of being replaced itself: for so long, that means nothing. */
const SETTLING = 2_000;

/** What is told of the socket. `open` comes before the first event, `closed` after the last one. */
export interface SocketListener {
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

  constructor(
    private readonly access: AriAccess,
    private readonly listener: SocketListener,
  ) {}

  connect(): void {
    const { url, user, password } = this.access;
    const query = new URLSearchParams({ app: 'cordboard', subscribeAll: 'true', api_key: `${user}:${password}` });
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ari/events?${query}`, { handshakeTimeout: SILENCE });
    this.socket = socket;
    let isOpen = false;
    let openedAt = 0;
    let isHeard = true;
    const beat = setInterval(() => {
      if (!isHeard) return socket.terminate();
      isHeard = false;
      if (isOpen) socket.ping();
    }, SILENCE / 2);
    socket.on('open', () => {
      isOpen = true;
      openedAt = performance.now();
      isHeard = true;
      this.listener.open();
    });
    socket.on('pong', () => (isHeard = true));
    socket.on('message', (data) => {
      isHeard = true;
      const event = JSON.parse(String(data)) as AriEvent;
      if (event.type !== 'ApplicationReplaced') this.listener.event(event);
      else if (performance.now() - openedAt > SETTLING) this.replaced();
    });
    socket.on('error', () => undefined); // it closes, too
    socket.on('close', () => {
      clearInterval(beat);
      if (isOpen) this.listener.closed();
      if (!this.ended) this.retry = setTimeout(() => this.connect(), RETRY);
    });
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
