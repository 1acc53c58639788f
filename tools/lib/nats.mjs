// @ts-check
/**
 * Finds, or fetches, a nats-server and runs it. Node's own modules only, so that it works before anything is installed.
 * Looked for in: NATS_SERVER_BIN, the cache, PATH; fetched from: Debian's packages (no root needed), the project's releases.
 */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, homedir, platform } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { endChild, run, startChild } from './children.mjs';
import { openSuite, unpack } from './debian.mjs';
import { greeting } from './ports.mjs';
import { root } from './root.mjs';

/** Consumers with several filter subjects need it. */
export const OLDEST_NATS = '2.10.0';
/** Newest first: the first whose binary runs on this machine is kept. */
const DEBIAN_SUITES = ['forky', 'trixie'];
/** Where neither this machine nor Debian has one. The checksums are those that the official container images are built with. */
const RELEASE = {
  version: '2.10.29',
  sha256: /** @type {Readonly<Record<string, string>>} */ ({
    'linux-amd64': 'e314da74a83a1d3876db8814c27eb990fe729640fd6452025b441bcede8390da',
    'linux-arm64': 'da4b27942ecfb4c5f0c54553d2e7f470ddda9d7581cfe8131b351a0e223ed401',
  }),
};
const PROGRAM = platform() === 'win32' ? 'nats-server.exe' : 'nats-server';
const CACHE = join(root, '.cache/nats');

/** @typedef {{ bin: string, version: string }} NatsProgram */
/** @typedef {{ url: string, pid: number, stop(): Promise<void>, kill(): Promise<void>, died: Promise<string> }} EmbeddedNats */

/** @param {(line: string) => void} [say] told when something is fetched, which takes a while @returns {Promise<NatsProgram>} */
export async function findNatsServer(say = () => {}) {
  const cached = join(CACHE, PROGRAM);
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', join(homedir(), 'go/bin')];
  const candidates = [process.env.NATS_SERVER_BIN, cached, ...places.filter(Boolean).map((dir) => join(dir, PROGRAM))];
  for (const bin of candidates) {
    if (!bin || !existsSync(bin)) continue;
    const version = await versionOf(bin).catch(() => undefined);
    if (version && atLeast(version, OLDEST_NATS)) return { bin: resolve(bin), version };
    if (bin === process.env.NATS_SERVER_BIN)
      throw new Error(`NATS_SERVER_BIN is ${bin}, which ${version ? `is ${version}; ${OLDEST_NATS} or later is needed` : 'does not run'}.`);
  }
  const reasons = [];
  for (const fetchIt of [fromDebian, fromRelease]) {
    const scratch = join(CACHE, `fetch-${process.pid}`);
    try {
      mkdirSync(scratch, { recursive: true });
      const bin = await fetchIt(scratch, say);
      const whole = `${cached}.${process.pid}`;
      copyFileSync(bin, whole);
      chmodSync(whole, 0o755);
      renameSync(whole, cached);
      return { bin: cached, version: await versionOf(cached) };
    } catch (error) {
      reasons.push(firstLine(error));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  throw new Error(
    `No nats-server ${OLDEST_NATS} or later was found and none could be fetched (${reasons.join('; ')}). ` +
      'Install it (https://nats.io/download), or set NATS_SERVER_BIN to its path, or NATS_URL to a running server with JetStream.',
  );
}

/**
 * @param {{ bin: string, dir: string, port: number, log?: string }} o `dir` holds the streams
 * @returns {Promise<EmbeddedNats>} `died` gives its last words when it ends without having been told to
 */
export async function startNats({ bin, dir, port, log }) {
  mkdirSync(dir, { recursive: true });
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir, ...(log ? ['-l', log] : [])];
  const child = startChild(bin, args);
  let told = false;
  const deadline = Date.now() + 15_000;
  while (!(await greeting(port, '127.0.0.1', 500))?.startsWith('INFO')) {
    if (!child.running()) throw new Error(`nats-server ended with ${await child.exited}: ${child.lastWords()}`);
    if (Date.now() > deadline) {
      await endChild(child, { signal: 'SIGKILL' });
      throw new Error(`nats-server does not answer on port ${port}: ${child.lastWords()}`);
    }
    await new Promise((retry) => setTimeout(retry, 20));
  }
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    told = true;
    return endChild(child, { signal });
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    pid: /** @type {number} */ (child.process.pid),
    died: new Promise((tell) => void child.exited.then(() => !told && tell(child.lastWords()))),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/**
 * Why none of these servers can be used, in a sentence without credentials, or undefined where one can: services use whichever answers.
 * @param {string} text the value of NATS_URL: one URL or several by commas
 */
export async function whyNotNats(text) {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => (entry.includes('://') ? entry : `nats://${entry}`));
  const wrong = entries.some(
    (entry) => !URL.canParse(entry) || !['nats:', 'tls:'].includes(new URL(entry).protocol) || !new URL(entry).hostname,
  );
  if (wrong || entries.length === 0) return 'NATS_URL is not a URL such as nats://localhost:4222, or several by commas.';
  const reasons = await Promise.all(entries.map((entry) => whyNotServer(new URL(entry))));
  return reasons.includes(undefined) ? undefined : reasons[0];
}

/** @param {URL} url @returns {Promise<string | undefined>} */
async function whyNotServer(url) {
  const info = await greeting(Number(url.port || 4222), url.hostname.replace(/^\[|\]$/g, ''));
  if (!info?.startsWith('INFO')) return `NATS_URL is ${url.host}, where no NATS server answers.`;
  const { version, jetstream } = JSON.parse(info.slice(4, info.indexOf('\r\n')));
  if (!atLeast(String(version), OLDEST_NATS)) return `The NATS server at ${url.host} is ${version}; ${OLDEST_NATS} or later is needed.`;
  if (!jetstream) return `The NATS server at ${url.host} runs without JetStream: start it with -js.`;
  return undefined;
}

/** @param {string} bin @returns {Promise<string>} */
async function versionOf(bin) {
  const { stdout } = await run(bin, ['--version'], { timeout: 10_000 });
  const version = /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`${bin} tells no version`);
  return version;
}

/** @param {string} version @param {string} wanted */
function atLeast(version, wanted) {
  const parts = version.split('.').map(Number.parseFloat);
  const minimum = wanted.split('.').map(Number);
  for (let i = 0; i < 3; i++) if (parts[i] !== minimum[i]) return (parts[i] ?? 0) > (minimum[i] ?? 0);
  return true;
}

/**
 * The program itself is run once, which proves that it can be.
 * @param {string} scratch @param {(line: string) => void} say
 */
async function fromDebian(scratch, say) {
  const reasons = [];
  for (const suite of DEBIAN_SUITES) {
    const dir = join(scratch, suite);
    try {
      say(`fetching nats-server from Debian ${suite}`);
      const [file] = await (await openSuite(suite, dir)).download(['nats-server']);
      if (!file) throw new Error('no package came');
      await unpack(file, join(dir, 'content'));
      const bin = join(dir, 'content/usr/sbin/nats-server');
      const version = await versionOf(bin);
      if (!atLeast(version, OLDEST_NATS)) throw new Error(`${version} is older than ${OLDEST_NATS}`);
      return bin;
    } catch (error) {
      reasons.push(`Debian ${suite}: ${firstLine(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

/** @param {string} scratch @param {(line: string) => void} say */
async function fromRelease(scratch, say) {
  const system = `${platform()}-${{ x64: 'amd64', arm64: 'arm64' }[arch()] ?? arch()}`;
  const expected = RELEASE.sha256[system];
  if (!expected) throw new Error(`no release with a known checksum for ${system}`);
  const name = `nats-server-v${RELEASE.version}-${system}`;
  say(`fetching ${name} from its releases`);
  const answer = await fetch(`https://github.com/nats-io/nats-server/releases/download/v${RELEASE.version}/${name}.tar.gz`, {
    signal: AbortSignal.timeout(120_000),
  });
  if (!answer.ok || !answer.body) throw new Error(`the release could not be fetched: ${answer.status}`);
  const archive = join(scratch, `${name}.tar.gz`);
  await pipeline(/** @type {any} */ (answer.body), createWriteStream(archive));
  const found = createHash('sha256').update(readFileSync(archive)).digest('hex');
  if (found !== expected) throw new Error(`the release's checksum is ${found}, not ${expected}`);
  await run('tar', ['-xf', archive, '-C', scratch]);
  return join(scratch, name, PROGRAM);
}

/** @param {unknown} error */
const firstLine = (error) => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
