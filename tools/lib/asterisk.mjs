// @ts-check
/**
 * Finds, or fetches, an Asterisk and runs it, as any user. Node's own modules only.
 * Looked for in: ASTERISK_PREFIX, the cache; fetched from Debian's packages, unpacked beside the system and run with their own libc.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { configure } from './asterisk-config.mjs';
import { endChild, run, startChild } from './children.mjs';
import { librariesIn, openSuite, unpack } from './debian.mjs';
import { root } from './root.mjs';

const CACHE = join(root, '.cache/asterisk');

/** What the modules that we load need in sid today; where it no longer fits, everything that the package depends on is fetched. */
const NEEDED =
  'asterisk asterisk-modules libc6 libgcc-s1 libstdc++6 libbsd0 libmd0 libcap2 libcrypt1 libedit2 libgsm1 libjansson4 libnspr4 libnss3 libopus0 libsqlite3-0 libsrtp2-1 libssl3t64 libsystemd0 libtinfo6 liburiparser1 libuuid1 libxml2-16 libxslt1.1 libzstd1 zlib1g'.split(
    ' ',
  );
/** Tried in this order. bullseye's is 16, and older than this machine's libc, which then serves. */
const SOURCES = [
  { suite: 'sid', packages: NEEDED, ownLibc: true },
  { suite: 'sid', packages: undefined, ownLibc: true },
  { suite: 'bullseye', packages: undefined, ownLibc: false },
];

/** @typedef {{ readonly prefix: string, readonly version: string }} Asterisk where its `usr` lies */
/** @typedef {{ readonly command: string, readonly args: string[], readonly env: NodeJS.ProcessEnv }} Launch */

/** @param {(line: string) => void} [say] told when something is fetched @returns {Promise<Asterisk>} */
export async function findAsterisk(say = () => {}) {
  const given = process.env.ASTERISK_PREFIX;
  if (given) {
    const version = await versionOf(given).catch((error) => firstLine(error));
    if (/^\d/.test(version)) return { prefix: resolve(given), version };
    throw new Error(`ASTERISK_PREFIX is ${given}, where no Asterisk runs: ${version}`);
  }
  const cached = join(CACHE, 'engine');
  if (existsSync(cached)) return { prefix: cached, version: await versionOf(cached) };
  const reasons = [];
  for (const source of SOURCES) {
    const scratch = join(CACHE, `fetch-${process.pid}`);
    try {
      say(`fetching Asterisk from Debian ${source.suite}`);
      await fetchInto(scratch, source);
      await versionOf(join(scratch, 'engine'));
      if (!existsSync(cached)) renameSync(join(scratch, 'engine'), cached);
      return { prefix: cached, version: await versionOf(cached) };
    } catch (error) {
      reasons.push(`Debian ${source.suite}: ${firstLine(error)}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  throw new Error(`No Asterisk could be fetched (${reasons.join('; ')}). Set ASTERISK_PREFIX to the directory in which one's usr lies.`);
}

/** How to run it. @param {string} prefix @param {readonly string[]} args @returns {Launch} */
export function launchOf(prefix, args) {
  const program = join(prefix, 'usr/sbin/asterisk');
  const env = process.env;
  if (resolve(prefix) === '/') return { command: program, args: [...args], env };
  const libraries = librariesIn(prefix);
  const loader = libraries
    .filter(existsSync)
    .flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)))
    .find((path) => /^ld-linux-[\w-]+\.so\.\d$/.test(basename(path)));
  return loader
    ? { command: loader, args: ['--argv0', 'asterisk', '--library-path', libraries.join(':'), program, ...args], env }
    : { command: program, args: [...args], env: { ...env, LD_LIBRARY_PATH: libraries.join(':') } };
}

/**
 * @typedef {import('./asterisk-config.mjs').EngineOptions} EngineOptions
 * @typedef {import('./asterisk-config.mjs').Engine & Launch & { readonly version: string }} PreparedEngine
 */

/** Writes all that an engine needs to run into `dir`. @param {EngineOptions & { say?: (line: string) => void }} o @returns {Promise<PreparedEngine>} */
export async function prepareAsterisk({ say, ...options }) {
  const { prefix, version } = await findAsterisk(say);
  const engine = await configure({ prefix, version }, options);
  return { ...engine, version, ...launchOf(prefix, ['-C', join(resolve(options.dir), 'etc/asterisk.conf'), '-f', '-q']) };
}

/**
 * Runs what was prepared, until it is told to stop; `died` gives its last words when it ends without having been told to.
 * @param {PreparedEngine} engine
 */
export async function startAsterisk(engine) {
  const child = startChild(engine.command, engine.args, { env: engine.env });
  let told = false;
  const deadline = Date.now() + 30_000;
  while (!(await answers(engine))) {
    if (!child.running()) throw new Error(`Asterisk ended with ${await child.exited}: ${child.lastWords()}; see ${engine.log}`);
    if (Date.now() > deadline) {
      await endChild(child, { signal: 'SIGKILL' });
      throw new Error(`Asterisk does not answer at ${engine.url}; see ${engine.log}`);
    }
    await new Promise((retry) => setTimeout(retry, 25));
  }
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    told = true;
    return endChild(child, { signal });
  };
  return {
    pid: /** @type {number} */ (child.process.pid),
    died: new Promise((/** @type {(words: string) => void} */ tell) => void child.exited.then(() => !told && tell(child.lastWords()))),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** @param {import('./asterisk-config.mjs').Engine} engine */
async function answers({ url, user, password }) {
  try {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return (await fetch(`${url}/ari/asterisk/ping`, { headers: { authorization }, signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false; // it does not listen yet
  }
}

/** @param {string} scratch @param {(typeof SOURCES)[number]} source */
async function fetchInto(scratch, { suite, packages, ownLibc }) {
  const debian = await openSuite(suite, join(scratch, 'apt'));
  const files = packages ? await debian.download(packages) : await debian.downloadWithAll('asterisk');
  const prefix = join(scratch, 'engine');
  mkdirSync(prefix, { recursive: true });
  for (const file of files) if (ownLibc || !/^libc(6|-bin)_/.test(basename(file))) await unpack(file, prefix);
}

/** @param {string} prefix @returns {Promise<string>} as `22.10.1` */
async function versionOf(prefix) {
  const { command, args, env } = launchOf(prefix, ['-V']);
  const { stdout } = await run(command, args, { env, timeout: 20_000 });
  const version = /Asterisk (\d+[\d.]*)/.exec(stdout)?.[1];
  if (!version) throw new Error(`it tells no version: ${stdout.trim()}`);
  return version;
}

/** @param {unknown} error */
const firstLine = (error) => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
