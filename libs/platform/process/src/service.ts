import 'reflect-metadata';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CannotStart } from './environment.ts';
import { log, nestLog } from './logger.ts';

/** A running service. */
export interface RunningService {
  readonly name: string;
  /** `http://host:port`, without a path. */
  readonly url: string;
  readonly app: INestApplication;
  /** Stops taking work, finishes what it has, lets go of its connections. */
  close(): Promise<void>;
}

/** Boots one Nest application; the same way alone, under `npm start` and in tests. */
export async function startService(
  name: string,
  module: Type | DynamicModule,
  at: { PORT: number; HOST: string },
): Promise<RunningService> {
  const app = await NestFactory.create(module, { logger: nestLog, abortOnError: false, bodyParser: false });
  app.enableShutdownHooks();
  await app.listen(at.PORT, at.HOST);
  // longer than whoever keeps connections to us does: a connection must not be closed at the moment it is used again
  (app.getHttpServer() as Server).keepAliveTimeout = 65_000;
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${at.HOST === '0.0.0.0' ? '127.0.0.1' : at.HOST}:${port}`;
  log.info(
    { service: name, url, startMs: Math.round(process.uptime() * 1000), rssMiB: Math.round(process.memoryUsage.rss() / 1_048_576) },
    'ready',
  );
  return { name, url, app, close: () => app.close() };
}

/** Runs a service's `main`: whatever keeps it from starting is one sentence on stderr and exit code 1. */
export async function main(start: () => Promise<RunningService>): Promise<void> {
  process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));
  try {
    await start();
  } catch (error) {
    process.stderr.write(`${error instanceof CannotStart ? error.message : explain(error)}\n`);
    process.exit(1);
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is in use by another program; set PORT to a free one.',
  ENOSPC: 'The disk is full; make room and start again.',
};

function explain(error: unknown): string {
  const known = SENTENCES[(error as { code?: string }).code ?? ''];
  return known ?? `It could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
