import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';
import { redact } from './redact.ts';

/** One JSON line a message on stdout. `LOG_LEVEL` (default `info`) chooses what is said. Credentials in URLs are removed. */
export const log: Logger = pino({
  level: process.env['LOG_LEVEL'] ?? 'info',
  base: null,
  formatters: { level: (level) => ({ level }) },
  timestamp: pino.stdTimeFunctions.isoTime,
  hooks: { streamWrite: redact },
});

/** Nest's own messages, on the same log; its chatter about modules only at `debug`. */
export const nestLog: LoggerService = {
  log: (message: unknown) => log.debug(String(message)),
  debug: (message: unknown) => log.debug(String(message)),
  verbose: (message: unknown) => log.trace(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown, ...rest: unknown[]) => log.error({ detail: rest.map(String) }, String(message)),
  fatal: (message: unknown) => log.fatal(String(message)),
};
