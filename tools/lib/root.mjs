// @ts-check
/** The repository's root; every tool works from there wherever it was called. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The services, in the order in which they read best. Inner ones are reached through the gateway only. */
export const SERVICES = /** @type {const} */ ([
  'directory',
  'presence',
  'routing',
  'recording',
  'history',
  'webhooks',
  'telephony',
  'gateway',
]);
/** Those that have a part of the graph: `apps/<name>/src/<name>.graphql`. */
export const SUBGRAPHS = /** @type {const} */ (['directory', 'presence', 'routing', 'recording', 'history', 'webhooks']);

/** @typedef {(typeof SERVICES)[number]} ServiceName */
