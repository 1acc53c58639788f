// @ts-check
/**
 * `npm start`: from a fresh clone to a running Cordboard. PORT, SIMULATOR_PORT, DATABASE_URL, NATS_URL and DATA_DIR override what it
 * would take or start by itself; `--engine asterisk` runs a real call engine instead of the simulated network (SIP_PORT, TRUNK,
 * ANNOUNCEMENTS);
 * `--verbose` tells how long each step took and what each service holds in memory.
 * Until the dependencies are installed this is Node's own modules only.
 */
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endChildren, startChild } from './lib/children.mjs';
import { findNatsServer, whyNotNats } from './lib/nats.mjs';
import { freePort, holdPort } from './lib/ports.mjs';
import { checkDatabaseUrl, inPlainWords, lock, openDataDir, portsFrom, tryDatabase } from './lib/preconditions.mjs';
import { buildServices, generate, install, Refusal, whyNotThisNode } from './lib/prepare.mjs';
import { parentIsGone } from './lib/parent.mjs';
import { redact } from './lib/redact.mjs';
import { root } from './lib/root.mjs';
import { findSpeech } from './lib/speech.mjs';

const began = performance.now();
const verbose = process.argv.includes('--verbose');
const { DATABASE_URL: databaseUrl, NATS_URL: natsUrl } = process.env;
const dataDir = resolve(root, process.env.DATA_DIR ?? '.data');
process.chdir(root);

/** Everybody of the demo account, whose phones may register; its agents have test phones. */
const AGENTS = ['alice', 'bob', 'carol', 'dan', 'sam', 'ada'];
const TEST_PHONES = AGENTS.slice(0, 4);

/** @param {string} line */
const say = (line) => console.log(redact(verbose ? `[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}` : line));

/** @type {import('./lib/stack.mjs').Stack | undefined} */
let stack;
let tellEnding = () => {};
/** @type {Promise<void> | undefined} */
let ending;
/** Ends everything, once; a failure's sentence goes to standard error. @param {number} code @param {string} [sentence] */
const end = (code, sentence) =>
  (ending ??= (async () => {
    tellEnding();
    if (sentence) console.error(redact(sentence));
    await stack?.stop().catch((error) => console.error(inPlainWords(String(error.message), dataDir)));
    await endChildren(); // what was only just starting
    process.exit(code);
  })());

let interrupted = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => {
    interrupted = true;
    if (stack && !ending) say('stopping');
    void end(0);
  });
// a closed terminal takes no more text; that must not keep us from ending what we have started
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
// npm forwards SIGINT and SIGTERM alone, and nothing can be forwarded by an npm that was killed
void parentIsGone(root).then(() => end(0));

try {
  const tooOld = whyNotThisNode();
  if (tooOld) throw new Refusal(tooOld);
  if (databaseUrl) checkDatabaseUrl(databaseUrl);
  openDataDir(dataDir);
  tellEnding = await lock(dataDir, say);
  const { port, simulatorPort } = await portsFrom(process.env);
  const wrongNats = natsUrl ? await whyNotNats(natsUrl) : undefined;
  if (wrongNats) throw new Refusal(wrongNats);

  const nats = natsUrl ? undefined : findNatsServer(say); // fetched, where need be, while npm works
  nats?.catch(() => {});
  await install(say);
  if (databaseUrl) await tryDatabase(databaseUrl);
  await generate(say);
  await buildServices(say);
  await nats;

  const engine = await engineFrom(process.argv);
  const letGo = engine ? await holdPort(simulatorPort) : async () => {}; // the phones come last, and whoever starts before takes free ports
  const { startStack } = await import('./lib/stack.mjs');
  if (!interrupted) say('starting');
  stack = await startStack({
    dataDir,
    port,
    simulatorPort,
    ...(engine ? { asterisk: engine } : {}),
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(natsUrl ? { natsUrl } : {}),
    log: logInto(join(dataDir, 'logs')),
    onDeath: (part, words) => void end(1, `${part} has died, so everything is stopped: ${inPlainWords(words, dataDir)}`),
  });
  if (verbose) tell(stack);
  const home = new URL('/', stack.url).href;
  await letGo();
  if (engine) await plugIn(engine, simulatorPort);
  say(
    `ready  ${stack.url}  (explorer ${home}  ${engine ? `engine Asterisk ${engine.version}` : `simulator ${stack.simulatorUrl}`})  Ctrl-C stops everything; data is kept in ${process.env.DATA_DIR ?? '.data'}`,
  );
} catch (error) {
  const known = error instanceof Refusal;
  void end(1, known ? error.message : inPlainWords(error instanceof Error ? error.message : String(error), dataDir));
}

/** The engine that the command line asks for; undefined: the simulated network. @param {readonly string[]} args */
async function engineFrom(args) {
  const at = args.indexOf('--engine');
  const name = at < 0 ? 'simulator' : args[at + 1];
  if (name === 'simulator') return undefined;
  if (name !== 'asterisk') throw new Refusal(`There is no engine "${name ?? ''}"; there are simulator and asterisk.`);
  const [ip = '127.0.0.10', trunkPort = await freePort()] = (process.env.TRUNK ?? '').split(':').filter(Boolean);
  const { prepareAsterisk } = await import('./lib/asterisk.mjs');
  const speech = await findSpeech(say);
  if (speech) process.env.SPEECH_COMMAND = speech;
  return prepareAsterisk({
    dir: join(dataDir, 'asterisk'),
    agents: AGENTS,
    trunk: { ip, port: Number(trunkPort) },
    sipPort: Number(process.env.SIP_PORT ?? 5060),
    browsers: true,
    ...(process.env.ANNOUNCEMENTS ? { language: process.env.ANNOUNCEMENTS } : {}),
    say,
  }).catch((error) => {
    throw new Refusal(error.message);
  });
}

/**
 * Plugs the test phones in, and says how others are. @param {import('./lib/asterisk.mjs').PreparedEngine} engine @param {number} controlPort
 * @returns {Promise<string>} where they are controlled
 */
async function plugIn(
  { url: engineUrl, user: engineUser, password: enginePassword, sipPort, secrets, secretsFile, trunk, played },
  controlPort,
) {
  const options = {
    server: { ip: '127.0.0.1', port: sipPort },
    ...(process.env.TRUNK ? {} : { carrierPort: trunk.port }),
    secrets: secretsFile,
    devices: TEST_PHONES,
    controlPort,
    engine: { url: engineUrl, user: engineUser },
    sounds: played,
  };
  const args = ['--import', './tools/register.mjs', 'libs/testing/src/sip/program.ts', JSON.stringify(options)];
  let told = (/** @type {string} */ _url) => {};
  /** @type {Promise<string>} */
  const url = new Promise((resolve) => (told = resolve));
  const child = startChild(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ASTERISK_PASSWORD: enginePassword },
    onLine: (line, from) => from === 'stdout' && told(line),
  });
  void child.exited.then(() => void (ending ?? end(1, `The test phones have ended: ${child.lastWords()}`)));
  const listening = await url;
  const [user, password] = /** @type {[string, string]} */ (Object.entries(secrets).find(([agent]) => !TEST_PHONES.includes(agent)));
  say(`phones  ${TEST_PHONES.join(', ')} have test phones, controlled at ${listening} like the simulated network's`);
  say(`        yours: SIP over UDP, server 127.0.0.1:${sipPort}, user ${user}, password ${password}; the others' are in ${secretsFile}`);
  say(`        a browser's (WebRTC): ${engineUrl.replace(/^http/, 'ws')}/ws, user ${user}.web, password ${secrets[`${user}.web`]}`);
  return listening;
}

/** Each service's output goes to a file of its own, which begins anew when it has grown large. @param {string} dir */
function logInto(dir) {
  mkdirSync(dir, { recursive: true });
  /** @type {Map<string, import('node:fs').WriteStream>} */
  const files = new Map();
  return (/** @type {string} */ part, /** @type {string} */ line) => {
    let file = files.get(part);
    if (!file) {
      const path = join(dir, `${part}.log`);
      if (existsSync(path) && statSync(path).size > 10 * 1024 * 1024) renameSync(path, `${path}.old`);
      file = createWriteStream(path, { flags: 'a' });
      file.on('error', (error) => void end(1, inPlainWords(error.message, dataDir)));
      files.set(part, file);
    }
    file.write(`${line}\n`);
  };
}

/** @param {import('./lib/stack.mjs').Stack} running */
function tell(running) {
  for (const [name, { startMs, rssMiB, url }] of Object.entries(running.services))
    say(`${name.padEnd(10)} ${String(startMs).padStart(5)} ms  ${String(rssMiB).padStart(4)} MiB  ${url}`);
  say(`database ${running.databaseUrl}, messages ${running.natsUrl}`);
}
