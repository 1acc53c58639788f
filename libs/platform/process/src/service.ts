import 'reflect-metadata';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DrainingAdapter, MAX_REQUEST_DRAIN_MS } from './draining-adapter.ts';
import { CannotStart } from './environment.ts';
import { log, nestLog } from './logger.ts';
import { redact } from './redact.ts';

/** A running service. */
export interface RunningService {
  readonly name: string;
  /** `http://host:port`, without a path. */
  readonly url: string;
  readonly app: INestApplication;
  /** How long `close` may take, in ms: what takes longer is stuck. */
  readonly maxCloseMs: number;
  /**
   * Ends it in order: not ready, then `SHUTDOWN_DELAY_SECONDS` in which everything goes on, then Nest's hooks: `beforeApplicationShutdown`
   * (sockets), HTTP, `onApplicationShutdown` (consumers, outbox, NATS, pools). Called again, it waits for the same end.
   */
  close(): Promise<void>;
}

/** Where a service listens and how it ends; both times in seconds. */
export interface ServiceSettings {
  readonly PORT: number;
  readonly HOST: string;
  /** How long it goes on after it has said that it is not ready, until load balancers have noticed. */
  readonly SHUTDOWN_DELAY_SECONDS?: number | undefined;
  /** Over how long the gateway's sockets are closed. */
  readonly DRAIN_SECONDS?: number | undefined;
}

/** The hooks of `onApplicationShutdown` have this long before they count as stuck, in ms. */
const MAX_HOOKS_MS = 10_000;

/** In production somebody else decides who is sent requests, and has to hear of it first. */
const defaultDelaySeconds = (): number => (process.env['NODE_ENV'] === 'production' ? 1 : 0);

/** Boots one Nest application; the same way alone, under `npm start` and in tests. */
export async function startService(name: string, module: Type | DynamicModule, at: ServiceSettings): Promise<RunningService> {
  const adapter = new DrainingAdapter();
  const app = await NestFactory.create(module, adapter, { logger: nestLog, abortOnError: false, bodyParser: false });
  (app.getHttpAdapter().getInstance() as { disable(setting: string): void }).disable('x-powered-by');
  await app.listen(at.PORT, at.HOST);
  // longer than whoever keeps connections to us does: a connection must not be closed at the moment it is used again
  (app.getHttpServer() as Server).keepAliveTimeout = 65_000;
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${at.HOST === '0.0.0.0' ? '127.0.0.1' : at.HOST}:${port}`;
  log.info(
    { service: name, url, startMs: Math.round(process.uptime() * 1000), rssMiB: Math.round(process.memoryUsage.rss() / 1_048_576) },
    'ready',
  );
  const delayMs = (at.SHUTDOWN_DELAY_SECONDS ?? defaultDelaySeconds()) * 1_000;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    adapter.beginDrain();
    if (delayMs > 0) await delay(delayMs);
    await app.close();
  };
  return {
    name,
    url,
    app,
    maxCloseMs: delayMs + (at.DRAIN_SECONDS ?? 0) * 1_000 + MAX_REQUEST_DRAIN_MS + MAX_HOOKS_MS,
    close: () => (closing ??= close()),
  };
}

/** Runs a service's `main`: whatever keeps it from starting is one sentence on stderr and exit code 1. A signal ends it in order, with 0. */
export async function main(start: () => Promise<RunningService>): Promise<void> {
  process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));
  let service: RunningService | undefined;
  endOnSignals(() => service);
  try {
    service = await start();
  } catch (error) {
    process.stderr.write(`${redact(error instanceof CannotStart ? error.message : explain(error))}\n`);
    process.exit(1);
  }
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** The first signal begins the shutdown; later ones change nothing. Before the service has started there is nothing to finish. */
function endOnSignals(running: () => RunningService | undefined): void {
  let ending = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (ending) return log.info({ signal }, 'the shutdown is under way already');
    ending = true;
    const service = running();
    if (!service) process.exit(process.exitCode ?? 0);
    log.info({ signal, service: service.name }, 'shutting down');
    setTimeout(() => {
      log.fatal({ service: service.name, afterMs: service.maxCloseMs }, 'the shutdown is stuck: ending at once');
      process.exit(1);
    }, service.maxCloseMs).unref();
    try {
      await service.close();
      process.exit(process.exitCode ?? 0);
    } catch (error) {
      log.fatal({ err: error }, 'the shutdown failed');
      process.exit(1);
    }
  };
  for (const signal of SIGNALS) process.on(signal, (received) => void end(received));
}

const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'The port is in use by another program; set PORT to a free one.'],
  ['ENOSPC', 'The disk is full; make room and start again.'],
]);

function explain(error: unknown): string {
  const known = SENTENCES.get((error as { code?: string }).code ?? '');
  return known ?? `It could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
