// @ts-check
/** Ports to listen on. Node's own modules only: it runs before anything is installed. */
import { connect, createServer } from 'node:net';

/** Below the range from which systems take ports for outgoing connections, so that nobody else's socket gets in between. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/**
 * Why one cannot listen there, or undefined where one can.
 * @param {number} port @param {string} [host] @returns {Promise<string | undefined>} the system's error code, as `EADDRINUSE`
 */
export const whyNotFree = (port, host = '127.0.0.1') =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });

/** Keeps a port from everybody else until it is let go. @param {number} port @param {string} [host] @returns {Promise<() => Promise<void>>} */
export const holdPort = (port, host = '127.0.0.1') =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(port, host, () => resolve(() => new Promise((free) => server.close(() => free(undefined)))));
  });

/** As many different free ports as asked for. @param {number} count @returns {Promise<number[]>} */
export async function freePorts(count) {
  /** @type {Set<number>} */
  const found = new Set();
  for (let attempts = 0; found.size < count; attempts++) {
    if (attempts > 1000 * count) throw new Error(`no ${count} free ports between ${LOWEST} and ${HIGHEST}`);
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!found.has(port) && (await whyNotFree(port)) === undefined) found.add(port);
  }
  return [...found];
}

/** @returns {Promise<number>} */
export const freePort = async () => /** @type {number} */ ((await freePorts(1))[0]);

/**
 * The first bytes that a server says to whoever connects, or undefined where none answers in time.
 * @param {number} port @param {string} host @param {number} [ms]
 * @returns {Promise<string | undefined>}
 */
export const greeting = (port, host, ms = 3000) =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    const done = (/** @type {string | undefined} */ text) => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(ms, () => done(undefined));
    socket.once('data', (data) => done(data.toString()));
    socket.once('error', () => done(undefined));
    socket.once('close', () => done(undefined));
  });
