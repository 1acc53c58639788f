// @ts-check
/** Everything that can be wrong before Cordboard starts, each said in one sentence. Node's own modules only. */
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isWatcher, watcherPid } from './children.mjs';
import { Refusal } from './prepare.mjs';
import { whyNotFree } from './ports.mjs';
import { redact } from './redact.mjs';

const NEEDED_MIB = 300;
const MIB = 1024 * 1024;

/**
 * The ports that people were told of, free and different.
 * @param {NodeJS.ProcessEnv} env @returns {Promise<{ port: number, simulatorPort: number }>}
 */
export async function portsFrom(env) {
  const port = portFrom(env, 'PORT', 4000);
  const simulatorPort = portFrom(env, 'SIMULATOR_PORT', 4100);
  if (port === simulatorPort) throw new Refusal(`PORT and SIMULATOR_PORT are both ${port}: set one of them to another port.`);
  for (const [name, value] of /** @type {const} */ ([
    ['PORT', port],
    ['SIMULATOR_PORT', simulatorPort],
  ])) {
    const code = await whyNotFree(value, name === 'PORT' ? env.HOST : undefined);
    if (code === 'EADDRINUSE') throw new Refusal(`Port ${value} is in use by another program: end that, or set ${name} to another port.`);
    if (code === 'EACCES') throw new Refusal(`Port ${value} may only be used by root: set ${name} to one above 1023.`);
    if (code) throw new Refusal(`Port ${value} cannot be listened on (${code}): set ${name} to another port.`);
  }
  return { port, simulatorPort };
}

/** @param {NodeJS.ProcessEnv} env @param {string} name @param {number} otherwise */
function portFrom(env, name, otherwise) {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535) throw new Refusal(`${name} is not a port (1 to 65535): ${text}`);
  return value;
}

/** A writable data directory with room in it. @param {string} dir */
export function openDataDir(dir) {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o755 });
    writeFileSync(join(dir, '.writable'), '');
    rmSync(join(dir, '.writable'));
    const { bavail, bsize } = statfsSync(dir);
    const free = Math.floor((bavail * bsize) / MIB);
    if (free < NEEDED_MIB)
      throw new Refusal(
        `Only ${free} MiB are free on the disk of ${dir}; ${NEEDED_MIB} MiB are needed: make room, or set DATA_DIR to another disk.`,
      );
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOSPC') throw new Refusal(diskFull(dir));
    throw new Refusal(`The data directory ${dir} cannot be written to: ${message}`);
  }
}

/** How soon a start notices that its npm was killed, and how long one that ends may take, in ms. */
const NOTICED_WITHIN_MS = 1_500;
const MAX_END_MS = 40_000;

/**
 * One Cordboard a data directory. One that is ending there, or whose services are, is waited for.
 * @param {string} dir @param {(line: string) => void} [say]
 * @returns {Promise<() => void>} tells others that this one is ending
 */
export async function lock(dir, say = () => {}) {
  const file = join(dir, 'running.pid');
  const own = `${process.pid} ${watcherPid()}`;
  for (let attempts = 0; attempts < 2; attempts++)
    try {
      writeFileSync(file, own, { flag: 'wx' });
      process.once('exit', () => rmSync(file, { force: true }));
      return () => {
        try {
          writeFileSync(file, `${own} ending`);
        } catch {
          // the directory is gone, or full: whoever starts next there is refused
        }
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      const holder = await stillRuns(file, () => say(`waiting for the Cordboard that is ending on ${dir}`));
      if (holder)
        throw new Refusal(`Cordboard runs already on ${dir} (process ${holder}): end that, or set DATA_DIR to another directory.`);
      rmSync(file, { force: true });
    }
  throw new Refusal(`Another Cordboard is just starting on ${dir}.`);
}

/**
 * Waits for the Cordboard that a lock names, where it is ending. @param {string} file @param {() => void} waits is told once
 * @returns {Promise<number | undefined>} its process, where it goes on
 */
async function stillRuns(file, waits) {
  const began = performance.now();
  for (let isTold = false; ;) {
    const [pid, watcher, ending] = textOf(file).split(' ');
    const runs = isCordboard(Number(pid));
    if (!runs && !isWatcher(Number(watcher))) return undefined;
    const ends = !runs || ending !== undefined;
    if (performance.now() - began > (ends ? MAX_END_MS : NOTICED_WITHIN_MS)) return Number(pid);
    if (ends && !isTold) waits();
    isTold ||= ends;
    await setTimeout(100);
  }
}

/** @param {string} file @returns {string} nothing where it is not there */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A process that lives and, where the system tells, is a start of ours. @param {number} pid */
function isCordboard(pid) {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('start.mjs');
  } catch {
    return process.platform !== 'linux';
  }
}

/** @param {string} text the value of DATABASE_URL */
export function checkDatabaseUrl(text) {
  const example = 'postgresql://host:5432/database';
  try {
    const { protocol, pathname, hostname } = new URL(text);
    if (!['postgres:', 'postgresql:'].includes(protocol))
      throw new Refusal(`DATABASE_URL is not that of a PostgreSQL (${example}): it begins with ${protocol}`);
    if (!hostname || pathname.length < 2) throw new Refusal(`DATABASE_URL names no database (${example}).`);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`DATABASE_URL is not a URL (${example}).`);
  }
}

/** Connects once. @param {string} url the value of DATABASE_URL */
export async function tryDatabase(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  const { host, pathname, username } = new URL(url);
  try {
    await client.connect();
    const { rows } = await client.query('SHOW server_version_num');
    if (Number(rows[0].server_version_num) < 150_000) throw new Refusal(`The PostgreSQL at ${host} is too old: 15 or later is needed.`);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    if (code === '28P01' || code === '28000')
      throw new Refusal(`The PostgreSQL at ${host} does not accept DATABASE_URL's user "${decodeURIComponent(username)}" and password.`);
    if (code === '3D000')
      throw new Refusal(
        `The PostgreSQL at ${host} has no database "${decodeURIComponent(pathname.slice(1))}": create it, or correct DATABASE_URL.`,
      );
    throw new Refusal(`No PostgreSQL answers at DATABASE_URL's ${host}: ${message || code}`);
  } finally {
    await client.end().catch(() => {}); // it may never have connected
  }
}

/** @param {string} dir */
const diskFull = (dir) => `The disk of ${dir} is full: make room and start again; nothing that was accepted is lost.`;

/** Someone's last words as one sentence for the person at the terminal. @param {string} words @param {string} dataDir */
export function inPlainWords(words, dataDir) {
  if (/ENOSPC|No space left on device|no space left|53100/i.test(words)) return diskFull(dataDir);
  const text = words.startsWith('{') ? messageOf(words) : words;
  return redact(text.trim().split('\n')[0] ?? '');
}

/** What a line of a service's log says. @param {string} line */
function messageOf(line) {
  try {
    const { msg, err } = JSON.parse(line);
    return err?.message ?? msg ?? line;
  } catch {
    return line;
  }
}
