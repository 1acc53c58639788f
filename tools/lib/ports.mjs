// @ts-check
/** Ports to listen on. Node's own modules only: it runs before anything is installed. */
import { createSocket } from 'node:dgram';
import { readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** @typedef {{ readonly lowest: number, readonly highest: number }} PortRange both ends included */

/** A narrower range would run out with several test runs at a time. */
const MIN_PORTS = 2_000;

/**
 * The ports to choose from. They lie outside the range from which the system takes ports for outgoing connections (the ephemeral
 * range), because such a connection can take a port between the moment it is found free and the moment a server listens on it.
 * Where that range leaves no room, the ports are those that are usually outside it.
 * @param {string} [ephemeral] what Linux says of it, as `32768\t60999`; that of this system when not given
 * @returns {PortRange}
 */
export function portRange(ephemeral = ephemeralRange()) {
  const [low = 32_768, high = 60_999] = ephemeral.trim().split(/\s+/).map(Number);
  const below = { lowest: Math.max(low - 12_768, low > 12_000 ? 10_000 : 5_500), highest: low - 1 };
  const above = { lowest: high + 1, highest: 65_535 };
  const usual = { lowest: 20_000, highest: 32_000 };
  return [below, above].find(({ lowest, highest }) => highest - lowest >= MIN_PORTS) ?? usual;
}

/** macOS and Windows use 49152 to 65535; so what is below Linux's range suits them, too. */
function ephemeralRange() {
  try {
    return readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  } catch {
    return '32768 60999';
  }
}

/**
 * Free ports, reserved for this process until they are released or the process ends, however it ends: no other process that asks here
 * is given them meanwhile.
 * @param {number} count @param {{ range?: PortRange }} [o]
 * @returns {Promise<{ readonly ports: readonly number[], release(): void }>}
 * @throws Error when so many cannot be found
 */
export async function reservePorts(count, { range: { lowest, highest } = portRange() } = {}) {
  /** @type {Map<number, () => void>} */
  const reserved = new Map();
  const release = () => {
    reserved.forEach((end) => end());
    reserved.clear();
  };
  for (let attempts = 0; reserved.size < count; attempts++) {
    if (attempts > 1_000 + 100 * count) {
      release();
      throw new Error(`no ${count} free ports between ${lowest} and ${highest}`);
    }
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    const end = await lockPort(port);
    if (!end) continue;
    if (await isFree(port)) reserved.set(port, end);
    else end();
  }
  return { ports: [...reserved.keys()], release };
}

/** As many different free ports as asked for, reserved until this process ends. @param {number} count @returns {Promise<number[]>} */
export const freePorts = async (count) => [...(await reservePorts(count)).ports];

/** @returns {Promise<number>} a free port, reserved until this process ends */
export const freePort = async () => /** @type {number} */ ((await freePorts(1))[0]);

/**
 * Marks a port as taken by this process. The mark is a local socket with the port in its name. On Linux its name is abstract
 * (unix(7)) and on Windows it is a named pipe: both vanish with the process, so that there are no stale marks. Elsewhere it is a file;
 * one that was left behind by a crash only makes its port unusable until the system empties its temporary directory.
 * @param {number} port @returns {Promise<(() => void) | undefined>} removes the mark; undefined where another process has it
 */
const lockPort = (port) =>
  new Promise((resolve) => {
    const server = createServer().unref();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ { code }) => resolve(code === 'EADDRINUSE' ? undefined : () => {}));
    const name = `cordboard-port-${port}`;
    const file = join(tmpdir(), name);
    const path = process.platform === 'linux' ? `\0${name}` : process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : file;
    server.listen(path, () => {
      if (path === file) process.once('exit', () => rmSync(file, { force: true }));
      resolve(() => void server.close());
    });
  });

/** Whether no socket of this machine has the port: of TCP or UDP, on any address, IPv6 included. @param {number} port */
async function isFree(port) {
  const code = await whyNotFree(port, '::'); // on both families, where the machine has both
  if (code === 'EADDRINUSE' || (code && (await whyNotFree(port, '0.0.0.0')))) return false;
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)));
  });
}

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
