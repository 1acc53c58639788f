import type { IncomingMessage } from 'node:http';
import { isKnown } from '../origins.ts';
import type { SocketSettings } from './settings.ts';

/** Who may open a socket, and how many at once: decided before anything is spent on it. */
export class Door {
  private tokens: number;
  private at = performance.now();
  /** Nobody comes in any more. */
  isShut = false;

  constructor(private readonly o: Pick<SocketSettings, 'handshakes' | 'origins' | 'allowsLocalOrigins' | 'most'>) {
    this.tokens = o.handshakes;
  }

  /** @param open how many sockets there are. @returns why not, or null */
  refuses({ headers }: IncomingMessage, open: number): Refusal | null {
    if (this.isShut || open >= this.o.most) return { status: 503, retryAfter: later() };
    if (!isKnown(headers.origin, headers.host, this.o.origins, this.o.allowsLocalOrigins)) return { status: 403 };
    return this.take() ? null : { status: 503, retryAfter: later() };
  }

  /** A bucket that fills up as time goes by, and holds one second's worth. */
  private take(): boolean {
    const now = performance.now();
    this.tokens = Math.min(this.o.handshakes, this.tokens + ((now - this.at) / 1_000) * this.o.handshakes);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

interface Refusal {
  readonly status: number;
  /** In seconds. */
  readonly retryAfter?: number;
}

/** In seconds, and not for everybody the same. */
const later = (): number => 1 + Math.floor(Math.random() * 5);
