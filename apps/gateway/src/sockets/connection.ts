import { log, newId } from '@cordboard/platform-process';
import { languageOf, type Identity, type Language } from '@cordboard/platform-subgraph';
import { CloseCode } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Closable, Device } from '../live/devices.ts';
import { messageFrame, nextFrame } from './frames.ts';
import { authorizationIn, readMessage, type Message } from './messages.ts';
import { Outlet } from './outlet.ts';
import type { Asked, Begin, Sender, Sink } from './port.ts';
import type { SocketSettings } from './settings.ts';

/** Come back: the client is to open a new socket, and goes on where it was. */
const TRY_AGAIN_LATER = 1013;
const SERVICE_RESTART = 1012;
/** A goodbye of the app's own (RFC 6455 §7.4.1): normal, going away, or without a reason. */
const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005]);
/** A client has so long to answer the close of a gateway that goes away, in ms. */
const CLOSE_MS = 1_000;
/** A close frame holds no more (RFC 6455 §5.5). */
const MAX_REASON_BYTES = 123;
/** setTimeout cannot wait longer: a token that lives longer is looked at again then. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** What a connection asks of the rest of the gateway. */
export interface Company {
  readonly begin: Begin;
  /** Who shows a token; or why it is not taken, as apps are told. */
  identify(authorization: string | undefined): Promise<Identity | { readonly refused: string }>;
  /** A device is there. @returns false where there is no such agent */
  opened(device: Device, socket: Closable): Promise<boolean>;
  closed(device: Device, socket: Closable, clean: boolean): Promise<void>;
  /** An agent's socket more, if they may have one more. */
  admit(identity: Identity): boolean;
  left(identity: Identity): void;
}

/** One client's socket: sub-protocol graphql-transport-ws, who it is and for how long, and what it asks. */
export class Connection {
  isAlive = true;
  private readonly outlet: Outlet;
  /** How those that the client has not ended are ended, by their ids. */
  private readonly operations = new Map<string, () => void>();
  /** For how many operations something is being done: those that the client has ended count until their work has ended, too. */
  private working = 0;
  /** Queries and mutations that the client waits for, by their ids. */
  private readonly unanswered = new Set<string>();
  /** Called when there are none any more. */
  private answered = (): void => undefined;
  private readonly timer: NodeJS.Timeout;
  private sender: (Sender & { identity: Identity }) | undefined;
  private device: Device | undefined;
  private expiry: NodeJS.Timeout | undefined;
  private initialised = false;
  /** Settles once the socket is acknowledged, or ends instead. */
  private initialising: Promise<void> = Promise.resolve();
  /** Whose socket it counts as, whatever newer tokens say. */
  private counted: Identity | undefined;
  private acknowledged = false;
  private closing = false;
  /** The rest of the gateway has been told that it is over. */
  private gone = false;

  constructor(
    private readonly ws: WebSocket,
    raw: Duplex,
    private readonly request: IncomingMessage,
    private readonly company: Company,
    private readonly o: SocketSettings,
  ) {
    this.outlet = new Outlet(raw, o.mostWaiting, () => this.end(TRY_AGAIN_LATER, 'too far behind', true));
    this.timer = setTimeout(() => this.end(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'), o.initMs);
    ws.on('message', (data, isBinary) => this.hear(isBinary ? '' : String(data as Buffer)));
    ws.on('pong', () => (this.isAlive = true));
    ws.on('close', (code) => void this.over(code));
  }

  get identity(): Identity | undefined {
    return this.sender?.identity;
  }

  get tokenEnds(): string | null {
    return this.identity ? new Date(this.identity.expiresAt).toISOString() : null;
  }

  /** Ends it with 4403 and a reason that apps can show. Whoever is sent away is gone at once, whenever the client answers (D18). */
  readonly close = (reason: string): void => {
    this.end(CloseCode.Forbidden, reason);
    this.leave(true).catch(this.failed);
  };

  ping(): void {
    this.isAlive = false;
    this.ws.ping();
  }

  terminate(): void {
    this.closing = true;
    this.ws.terminate();
  }

  /** The gateway goes away: the client may come back, to another, after a while of its own. */
  goAway(afterMs: number): void {
    this.outlet.send(messageFrame({ type: 'ping', payload: { goingAway: true, reconnectAfterMs: Math.round(afterMs) } }));
    setTimeout(() => this.endOnceAnswered(), afterMs);
  }

  /** As HTTP does: what was asked is answered first, within `answerMs`; subscriptions go on elsewhere. */
  private endOnceAnswered(): void {
    const end = (): void => {
      this.end(SERVICE_RESTART, 'service restart');
      setTimeout(() => this.ws.terminate(), CLOSE_MS).unref(); // whoever does not answer has had the time to
    };
    if (this.unanswered.size === 0) return end();
    this.answered = end;
    setTimeout(end, this.o.answerMs);
  }

  private settle(id: string): void {
    this.unanswered.delete(id);
    if (this.unanswered.size === 0) this.answered();
  }

  private end(code: number, reason: string, atOnce = false): void {
    if (this.closing) return;
    this.closing = true;
    if (!atOnce) this.outlet.write();
    this.outlet.close();
    this.ws.close(code, reason);
  }

  private hear(text: string): void {
    if (this.closing) return;
    const message = readMessage(text, !this.acknowledged);
    if (!message) return this.end(CloseCode.BadRequest, 'Invalid message received');
    try {
      this.take(message);
    } catch (error) {
      this.failed(error);
    }
  }

  /** A fault of ours ends this socket, and no other. */
  private readonly failed = (error: unknown): void => {
    log.error({ err: error }, 'a message of a socket could not be handled');
    this.end(CloseCode.InternalServerError, 'Internal server error');
  };

  private take(message: Message): void {
    switch (message.type) {
      case 'connection_init':
        if (this.initialised) return this.end(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
        this.initialised = true;
        clearTimeout(this.timer); // the client has done its part: how long we take with it is not its fault
        this.initialising = this.init(message.payload).catch(this.failed);
        return;
      case 'ping':
        this.pinged(message.payload).catch(this.failed);
        return;
      case 'pong':
        return;
      case 'subscribe':
        return this.subscribe(message.id, message.payload);
      case 'complete':
        return this.stop(message.id);
    }
  }

  private async init(payload: Readonly<Record<string, unknown>>): Promise<void> {
    const identity = await this.identified(payload);
    if (!identity || this.closing) return;
    const { account, agentId } = identity;
    const named = payload['deviceId'];
    const device = { account, agentId, deviceId: typeof named === 'string' && /^[\w-]{1,64}$/.test(named) ? named : newId() };
    this.sender = { identity, language: languageAsked(payload, this.request) };
    this.counted = identity;
    if (!this.company.admit(identity)) return this.end(TRY_AGAIN_LATER, 'too many sockets of this agent');
    this.device = device;
    const isKnown = await this.company.opened(device, this);
    if (this.closing) return;
    if (!isKnown) return this.close('unknown agent');
    this.acknowledged = true;
    this.outlet.send(messageFrame({ type: 'connection_ack', payload: { deviceId: device.deviceId } }));
  }

  /** Whose token it is; the socket ends with it, or earlier where it is not taken. */
  private async identified(payload: Readonly<Record<string, unknown>>): Promise<Identity | null> {
    const authorization = authorizationIn(payload);
    if (authorization === undefined) {
      this.close('token missing');
      return null;
    }
    const identity = await this.company.identify(typeof authorization === 'string' ? authorization : undefined);
    if ('refused' in identity) {
      this.close(identity.refused);
      return null;
    }
    const before = this.sender?.identity;
    if (before && (before.agentId !== identity.agentId || before.account !== identity.account)) {
      this.close('token of another agent');
      return null;
    }
    if (before && before.role !== identity.role) {
      this.close('role changed'); // what was begun under the old one is not to go on under the new
      return null;
    }
    clearTimeout(this.expiry);
    if (!this.closing) this.expiry = setTimeout(() => this.close('token expired'), Math.min(identity.expiresAt - Date.now(), LONGEST_WAIT));
    return identity;
  }

  /** A ping may carry a newer token: the socket lives on. */
  private async pinged(payload: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    if (!this.initialised || payload === undefined || typeof authorizationIn(payload) !== 'string') {
      this.outlet.send(messageFrame(payload ? { type: 'pong', payload } : { type: 'pong' }));
      return;
    }
    await this.initialising; // a newer token is held against the first
    if (this.closing) return;
    const identity = await this.identified(payload);
    if (!identity || !this.sender) return;
    this.sender.identity = identity;
    this.outlet.send(
      messageFrame({ type: 'pong', payload: { authorization: 'renewed', expiresAt: new Date(identity.expiresAt).toISOString() } }),
    );
  }

  private subscribe(id: string, asked: Asked): void {
    const { sender } = this;
    if (!sender || !this.acknowledged) return this.end(CloseCode.Unauthorized, 'Unauthorized');
    if (this.operations.has(id)) return this.end(CloseCode.SubscriberAlreadyExists, alreadyExists(id));
    if (this.working >= this.o.mostOperations) {
      const message = `A socket has ${this.o.mostOperations} operations at most: complete one, or open another.`;
      this.outlet.send(messageFrame({ id, type: 'error', payload: [{ message, extensions: { code: 'RATE_LIMITED' } }] }));
      return;
    }
    let stop: ReturnType<Begin> = () => undefined;
    const sink = this.sinkOf(id);
    this.working += 1;
    this.unanswered.add(id);
    this.operations.set(id, () => {
      sink.end();
      void Promise.resolve(stop()).then(() => (this.working -= 1));
    });
    stop = this.company.begin(asked, sender, sink);
  }

  /** Ends an operation whose result is too large to be kept until it has gone out. */
  private giveUp(id: string): void {
    this.stop(id);
    const message = `A result may weigh ${this.o.mostResult} bytes: ask for less at once.`;
    this.outlet.send(messageFrame({ id, type: 'error', payload: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] }));
  }

  private stop(id: string): void {
    const stop = this.operations.get(id);
    this.operations.delete(id);
    stop?.();
    this.settle(id);
  }

  private sinkOf(id: string): Sink & { end(): void } {
    let open = true;
    const last = (message: object): void => {
      if (!open) return;
      open = false;
      this.operations.delete(id);
      this.working -= 1;
      this.outlet.send(messageFrame(message));
      this.settle(id);
    };
    return {
      next: (json, of) => {
        if (open && json.length > this.o.mostResult) this.giveUp(id);
        if (open) this.outlet.send(nextFrame(id, json), of === undefined ? undefined : `${id} ${of}`);
      },
      subscribed: () => this.settle(id),
      error: (payload) => last({ id, type: 'error', payload }),
      complete: () => last({ id, type: 'complete' }),
      end: () => (open = false),
    };
  }

  private async over(code: number): Promise<void> {
    const clean = !this.closing && GOODBYES.has(code);
    this.closing = true;
    await this.leave(clean);
  }

  /** @param clean the client said goodbye, or was sent away */
  private async leave(clean: boolean): Promise<void> {
    if (this.gone) return;
    this.gone = true;
    clearTimeout(this.timer);
    clearTimeout(this.expiry);
    this.outlet.close();
    for (const stop of this.operations.values()) stop();
    this.operations.clear();
    if (this.counted) this.company.left(this.counted);
    if (this.device) await this.company.closed(this.device, this, clean);
  }
}

/** With the id where there is room for it. */
function alreadyExists(id: string): string {
  const reason = `Subscriber for ${id} already exists`;
  return Buffer.byteLength(reason) <= MAX_REASON_BYTES ? reason : 'Subscriber already exists';
}

/** What the app says, or else its browser, which gives a WebSocket no header of the app's choosing. */
const languageAsked = ({ acceptLanguage }: { acceptLanguage?: unknown }, { headers }: IncomingMessage): Language =>
  languageOf(typeof acceptLanguage === 'string' ? acceptLanguage : headers['accept-language']);
