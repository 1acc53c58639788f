import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { eventually } from '@cordboard/testing';
import { freePorts } from '@cordboard/tools/ports';

const root = join(import.meta.dirname, '../..');
const TERMINAL = spawnSync('script', ['--version']).status === 0;
if (!TERMINAL) console.warn('the program `script` (util-linux) is missing: a closed terminal is not tested');

/** One data directory, in which `npm start` runs again and again. */
async function place() {
  const dataDir = mkdtempSync(join(tmpdir(), 'cordboard-start-'));
  spawnSync('chmod', ['755', dataDir]);
  const [port, simulatorPort] = await freePorts(2);
  const { DATABASE_URL: _, NATS_URL: __, ...env } = process.env;
  return { dataDir, port, env: { ...env, DATA_DIR: dataDir, PORT: String(port), SIMULATOR_PORT: String(simulatorPort) } };
}
type Place = Awaited<ReturnType<typeof place>>;

/** Every process of it: the data directory stands in its environment or, for PostgreSQL, among its arguments. */
const processesOf = ({ dataDir }: Place): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && ['environ', 'cmdline'].some((file) => read(`/proc/${pid}/${file}`).includes(dataDir)))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 120)}`);

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((npm) => npm.kill('SIGKILL')));

/** `npm start`, and what it said; in a terminal of its own where asked. */
function npmStart({ env }: Place, inTerminal = false) {
  const [command, args] = inTerminal ? ['script', ['-qefc', 'npm start', '/dev/null']] : ['npm', ['start']];
  const npm: ChildProcess = spawn(command as string, args as string[], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(npm);
  let said = '';
  for (const stream of [npm.stdout, npm.stderr]) stream?.on('data', (text: Buffer) => (said += String(text)));
  const says = (what: RegExp) =>
    eventually(
      () => said,
      (text) => what.test(text),
      120_000,
    );
  return { npm, says };
}

/** A socket that stays open, as an agent's app has one. */
async function openSocket({ port }: Place): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
}

const nobodyIsLeft = (at: Place) =>
  eventually(
    () => processesOf(at),
    (left) => left.length === 0,
    60_000,
  );

it('npm start leaves no process behind when npm gets SIGINT while it starts, SIGHUP, or SIGTERM, or it is killed itself; the next one starts at once', async () => {
  const at = await place();
  const first = npmStart(at);
  await first.says(/^starting$/m);
  await eventually(() => processesOf(at).some((line) => line.includes('postgres') || line.includes('initdb')));
  first.npm.kill('SIGINT');

  const second = npmStart(at);
  await second.says(/^ready /m);
  await openSocket(at);
  second.npm.kill('SIGHUP');

  const third = npmStart(at);
  await third.says(/^ready /m);
  await openSocket(at);
  process.kill(Number.parseInt(read(join(at.dataDir, 'running.pid'))), 'SIGKILL');

  const fourth = npmStart(at);
  await fourth.says(/^ready /m);
  await openSocket(at);
  fourth.npm.kill('SIGTERM');
  await nobodyIsLeft(at);
  rmSync(at.dataDir, { recursive: true, force: true });
}, 400_000);

(TERMINAL ? it : it.skip)(
  'npm start leaves no process behind when its terminal is closed',
  async () => {
    const at = await place();
    const terminal = npmStart(at, true);
    await terminal.says(/^ready /m);
    await openSocket(at);
    terminal.npm.kill('SIGKILL'); // whoever holds the terminal's other end is gone
    await nobodyIsLeft(at);
    rmSync(at.dataDir, { recursive: true, force: true });
  },
  400_000,
);
