import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { continueOnRead } from './expectations.ts';
import { answersOn, refuseTunnel, refuseUnreadable, SecureResponse, trackAnswers } from './raw-answer.ts';

/**
 * How long a kept connection may be unused before it is closed at shutdown, in ms. Clients of ours give theirs up earlier
 * (`MAX_IDLE_MS` of the gateway's pools), so that no request is sent into a connection that closes.
 */
const IDLE_GRACE_MS = 1_000;
/** Requests that are still under way after this are cut off, in ms: longer than a mutation waits for the call engine. */
export const MAX_REQUEST_DRAIN_MS = 6_000;
const POLL_MS = 10;
/**
 * A turn of the event loop takes one of the connections that wait; after so long without one, in ms, and so many turns, nothing waits any more.
 * On a machine that is busy a single turn may take as long.
 */
const QUIET_MS = 50;
const QUIET_TURNS = 5;

/**
 * Express under Nest, with an end that loses no request. Nest closes the HTTP server between `beforeApplicationShutdown` and
 * `onApplicationShutdown`; here that close stops listening, answers what is under way with `Connection: close`, and waits until clients
 * have let go of their connections (RFC 9112 §9.6).
 */
export class DrainingAdapter extends ExpressAdapter {
  /** The open connections, and when each was opened or last answered without being told that it ends. */
  private readonly sockets = new Map<Socket, number>();
  private drainingSince: number | undefined;
  private accepted = 0;

  /** The process is about to end: it answers, and is to be sent nothing new. */
  get isDraining(): boolean {
    return this.drainingSince !== undefined;
  }

  override initHttpServer(): void {
    const server: Server = createServer({ ServerResponse: SecureResponse }, this.getInstance<RequestListener>());
    this.setHttpServer(server);
    server.on('clientError', refuseUnreadable);
    trackAnswers(server);
    server.on('connect', refuseTunnel);
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      continueOnRead(request, response);
      server.emit('request', request, response);
    });
    server.on('connection', (socket: Socket) => {
      if (this.sockets.has(socket)) return; // the gateway has it read anew
      this.accepted += 1;
      this.sockets.set(socket, performance.now());
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      if (this.isDraining) response.shouldKeepAlive = false;
      response.once('close', () => {
        if (response.shouldKeepAlive && this.sockets.has(socket)) this.sockets.set(socket, performance.now());
      });
    });
  }

  /** From now on every answer ends its connection. Everything is still answered. */
  beginDrain(): void {
    if (this.isDraining) return;
    this.drainingSince = performance.now();
    for (const socket of this.sockets.keys())
      for (const response of answersOn(socket)) if (!response.headersSent) response.shouldKeepAlive = false;
  }

  /** Resolves once nothing listens and no connection is open, after `MAX_REQUEST_DRAIN_MS` at the latest. */
  override async close(): Promise<void> {
    this.beginDrain();
    const server = this.getHttpServer() as Server | undefined;
    if (!server?.listening) return;
    await this.acceptWaiting();
    // http.Server's own close would end idle connections at this moment, when a request may be on its way
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    const limit = performance.now() + MAX_REQUEST_DRAIN_MS;
    while (this.sockets.size > 0 && performance.now() < limit) {
      this.closeUnused();
      await setTimeout(POLL_MS);
    }
    for (const socket of this.sockets.keys()) socket.destroy();
    await closed;
    server.close(); // ends its timers
  }

  /** Takes the connections that the system has accepted for us: when the listening ends it resets those that wait. */
  private async acceptWaiting(): Promise<void> {
    const limit = performance.now() + IDLE_GRACE_MS;
    let last = performance.now();
    for (let turns = 0; performance.now() < limit && (turns < QUIET_TURNS || performance.now() < last + QUIET_MS);) {
      const before = this.accepted;
      await setImmediate();
      if (this.accepted === before) await setTimeout(1);
      turns += 1;
      if (this.accepted === before) continue;
      last = performance.now();
      turns = 0;
    }
  }

  /** Ends connections without a request under way that have been unused for long enough. */
  private closeUnused(): void {
    const since = performance.now() - IDLE_GRACE_MS;
    for (const [socket, lastUse] of this.sockets)
      if (answersOn(socket).size === 0 && Math.max(lastUse, this.drainingSince ?? 0) <= since) socket.destroy();
  }
}
