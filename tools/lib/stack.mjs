// @ts-check
/** The whole of Cordboard as child processes of this one, for `npm start`, the story tests and the benchmarks. Services run from `dist/`. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startAsterisk } from './asterisk.mjs';
import { endChild, startChild } from './children.mjs';
import { deploy, servicesWithTables } from './migrations.mjs';
import { findNatsServer, startNats } from './nats.mjs';
import { reservePorts } from './ports.mjs';
import { startPostgres, temporaryDir } from './postgres.mjs';
import { root, SERVICES, SUBGRAPHS } from './root.mjs';
import { ensureKeys } from './tokens.mjs';

/** @typedef {import('./root.mjs').ServiceName} ServiceName */
/** @typedef {ServiceName | 'nats' | 'postgres' | 'asterisk'} PartName */
/** A service as it runs now: `startMs` from being spawned to being ready, `rssMiB` what it holds in memory at this moment. */
/** `exited` resolves to its exit code, null after a signal. */
/** @typedef {{ readonly pid: number, readonly url: string, readonly startMs: number, readonly rssMiB: number, readonly exited: Promise<number | null> }} RunningService */
/**
 * @typedef {object} StackOptions
 * @property {string} [dataDir] where databases, streams, media and keys lie; a temporary one, removed at the end, when not given
 * @property {number} [port] the gateway's; a free one when not given
 * @property {number} [simulatorPort] the simulated phone network's; a free one when not given
 * @property {string} [databaseUrl] of a running PostgreSQL; an embedded one is started when not given
 * @property {string} [natsUrl] of a running NATS server with JetStream; an embedded one is started when not given
 * @property {import('./asterisk.mjs').PreparedEngine} [asterisk] runs as the call engine; the simulated network when not given
 * @property {boolean} [fast] the embedded PostgreSQL syncs nothing to disk: for tests
 * @property {(part: PartName, line: string) => void} [log] is given every line that a service writes
 * @property {Record<string, string>} [env] more environment for every service
 * @property {(part: PartName, lastWords: string) => void} [onDeath] told when something ends that nobody ended
 */
/**
 * @typedef {object} Stack
 * @property {string} url of the graph, for queries
 * @property {string} wsUrl of the graph, for subscriptions
 * @property {string} simulatorUrl the control API of the simulated phone network
 * @property {string} databaseUrl
 * @property {string} natsUrl
 * @property {string} keyFile the public half of the key that tokens are checked with
 * @property {string} dataDir for `signToken`
 * @property {Readonly<Record<ServiceName, RunningService>>} services
 * @property {(part: PartName) => Promise<void>} restart ends it in good order where it runs, and starts it anew on the same port
 * @property {(part: PartName) => Promise<void>} kill ends it at once, as a crash would
 * @property {() => Promise<void>} stop services first, then NATS, then PostgreSQL
 */
/** @typedef {{ stop(): Promise<void>, kill(): Promise<void>, died: Promise<string> }} Part */

const READY_WITHIN_MS = 60_000;

/** @param {StackOptions} [options] @returns {Promise<Stack>} with every service ready */
export async function startStack(options = {}) {
  const { fast = false, env = {}, log = () => {}, onDeath = () => {} } = options;
  const dataDir = resolve(options.dataDir ?? temporaryDir('stack'));
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const reserved = await reservePorts(SERVICES.length + 3);
  const [postgresPort, natsPort, ...free] = /** @type {[number, number, ...number[]]} */ ([...reserved.ports]);
  const simulatorPort = options.simulatorPort ?? /** @type {number} */ (free.pop());
  const ports = /** @type {Record<ServiceName, number>} */ (Object.fromEntries(SERVICES.map((name, i) => [name, free[i]])));
  if (options.port !== undefined) ports.gateway = options.port;
  const keyFile = ensureKeys(dataDir).publicFile;

  /** @type {Map<PartName, Part>} */
  const parts = new Map();
  /** @type {Partial<Record<ServiceName, RunningService>>} */
  const services = {};
  let stopping = false;
  let ready = false;
  let failStart = (/** @type {Error} */ _reason) => {};
  /** @type {Promise<never>} */
  const failedStart = new Promise((_, reject) => (failStart = reject));
  failedStart.catch(() => {});
  const keep = (/** @type {PartName} */ name, /** @type {Part} */ part) => {
    parts.set(name, part);
    void part.died.then((words) => {
      if (ready && !stopping) onDeath(name, words);
      else failStart(new Error(`${name} did not start: ${words}`));
    });
  };
  const end = async (/** @type {PartName} */ name, /** @type {'stop' | 'kill'} */ how) => {
    await parts.get(name)?.[how]();
    parts.delete(name);
  };
  const stop = async () => {
    stopping = true;
    await Promise.all(SERVICES.map((name) => end(name, 'stop')));
    await end('asterisk', 'stop');
    await end('nats', 'stop');
    await end('postgres', 'stop');
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    reserved.release();
  };

  const startDatabase = async () => {
    const cluster = await startPostgres({ dir: join(dataDir, 'postgres'), port: postgresPort, databases: ['cordboard'], fast });
    keep('postgres', cluster);
    return cluster.url('cordboard');
  };
  const startStreams = async () => {
    const { bin } = await findNatsServer((line) => log('nats', line));
    const server = await startNats({ bin, dir: join(dataDir, 'nats'), port: natsPort, log: join(dataDir, 'nats.log') });
    keep('nats', server);
    return server.url;
  };

  const startEngine = async () => {
    if (options.asterisk) keep('asterisk', await startAsterisk(options.asterisk));
  };

  try {
    await startEngine();
    const [databaseUrl, natsUrl] = await Promise.all([options.databaseUrl ?? startDatabase(), options.natsUrl ?? startStreams()]);
    await deploy(databaseUrl);

    /** @type {NodeJS.ProcessEnv} */
    const common = {
      ...process.env,
      HOST: '127.0.0.1',
      NATS_URL: natsUrl,
      ...(process.env.JWKS_URL ? {} : { JWT_PUBLIC_KEY_FILE: process.env.JWT_PUBLIC_KEY_FILE ?? keyFile }),
      ...(options.dataDir ? { NODE_COMPILE_CACHE: join(root, '.cache/compiled') } : {}),
      ...env,
    };
    const withTables = servicesWithTables();
    const start = async (/** @type {ServiceName} */ name) => {
      const { part, isUp } = spawnService(name, {
        port: ports[name],
        env: {
          ...common,
          PORT: String(ports[name]),
          ...(withTables.includes(name) ? { DATABASE_URL: databaseUrl } : {}),
          ...(name === 'directory' ? { SEED: common['SEED'] ?? 'demo' } : {}),
          ...(name === 'telephony' || name === 'recording' || name === 'directory'
            ? { MEDIA_DIR: common['MEDIA_DIR'] ?? join(dataDir, 'media') }
            : {}),
          ...(name === 'recording' ? { PUBLIC_URL: common['PUBLIC_URL'] ?? `http://localhost:${ports.gateway}` } : {}),
          ...(name === 'webhooks'
            ? {
                WEBHOOKS_ALLOW_LOOPBACK: common['WEBHOOKS_ALLOW_LOOPBACK'] ?? 'true',
                WEBHOOKS_ALLOW_HTTP: common['WEBHOOKS_ALLOW_HTTP'] ?? 'true',
              }
            : {}),
          ...(name === 'telephony' ? { ENGINE: common['ENGINE'] ?? 'simulator', SIMULATOR_PORT: String(simulatorPort) } : {}),
          ...(name === 'telephony' && options.asterisk ? settingsOf(options.asterisk) : {}),
          ...(name === 'gateway' ? { HOST: process.env.HOST ?? '127.0.0.1', ...subgraphUrls(ports) } : {}),
        },
        log: (line) => log(name, line),
      });
      keep(name, part);
      services[name] = await isUp;
    };
    await Promise.race([Promise.all(SERVICES.map(start)), failedStart]);
    ready = true;

    const address = `localhost:${ports.gateway}`;
    return {
      url: `http://${address}/graphql`,
      wsUrl: `ws://${address}/graphql`,
      simulatorUrl: `http://localhost:${simulatorPort}`,
      databaseUrl,
      natsUrl,
      keyFile,
      dataDir,
      services: /** @type {Record<ServiceName, RunningService>} */ (services),
      kill: (name) => end(name, 'kill'),
      restart: async (name) => {
        await end(name, 'stop');
        await (name === 'postgres'
          ? startDatabase()
          : name === 'nats'
            ? startStreams()
            : name === 'asterisk'
              ? startEngine()
              : start(name));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {ServiceName} name @param {{ port: number, env: NodeJS.ProcessEnv, log: (line: string) => void }} o
 * @returns {{ part: Part, isUp: Promise<RunningService> }}
 */
function spawnService(name, { port, env, log }) {
  const began = performance.now();
  const main = join(root, 'dist/apps', name, 'main.js');
  if (!existsSync(main)) throw new Error(`${name} is not built: run node tools/build.mjs`);
  let told = false;
  const child = startChild(process.execPath, [main], { env, cwd: root, onLine: log });
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    told = true;
    return endChild(child, { signal });
  };
  const url = `http://127.0.0.1:${port}`;
  const pid = child.process.pid ?? 0;
  const lastWords = async () => child.lastWords() || howItEnded(await child.exited, child.process.signalCode);
  const isUp = async () => {
    while (!(await isReady(url))) {
      if (!child.running()) throw new Error(`${name} did not start: ${await lastWords()}`);
      if (performance.now() - began > READY_WITHIN_MS)
        throw new Error(`${name} was not ready after ${READY_WITHIN_MS / 1000} s: ${child.lastWords()}`);
      await new Promise((retry) => setTimeout(retry, 50));
    }
    const startMs = Math.round(performance.now() - began);
    return {
      pid,
      url,
      startMs,
      exited: child.exited,
      get rssMiB() {
        return rssMiB(pid);
      },
    };
  };
  return {
    part: {
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
      died: new Promise((tell) => void child.exited.then(async () => !told && tell(await lastWords()))),
    },
    isUp: isUp(),
  };
}

/** @param {number | null} code @param {NodeJS.Signals | null} signal */
const howItEnded = (code, signal) => (signal ? `somebody ended it with ${signal}` : `it ended with exit code ${code}`);

/** @param {string} url */
async function isReady(url) {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false; // it does not listen yet
  }
}

/** @param {import('./asterisk.mjs').PreparedEngine} engine */
const settingsOf = ({ url, user, password, sounds, languages, messages, language }) => ({
  ENGINE: 'asterisk',
  ASTERISK_URL: url,
  ASTERISK_USER: user,
  ASTERISK_PASSWORD: password,
  ASTERISK_SOUNDS: sounds,
  ASTERISK_SOUND_LANGUAGES: languages.join(','),
  ASTERISK_MESSAGES: messages,
  SPEECH_LANGUAGE: language,
});

/** @param {Record<ServiceName, number>} ports */
const subgraphUrls = (ports) =>
  Object.fromEntries(SUBGRAPHS.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[name]}/graphql`]));

/** The memory that a process holds, 0 where the system does not tell. @param {number} pid */
export function rssMiB(pid) {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib ? Math.round(Number(kib) / 1024) : 0;
  } catch {
    return 0; // no such process, or no Linux
  }
}
