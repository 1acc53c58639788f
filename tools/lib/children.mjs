// @ts-check
/**
 * Child processes that never outlive us. Each has a process group of its own, so that a terminal's Ctrl-C reaches only us and we
 * end them in order. Should we die without having done so, in whatever way, a watching shell sees its pipe close and ends them: it
 * interrupts each group, and kills what is left of it after a while.
 * Node's own modules only.
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** Lines of a crash that say nothing to a reader: places, brackets, the version of Node. */
const NOISE = /^\s+at |^Node\.js v|^\s*[{}[\]^]+,?\s*$/;

const POSIX = process.platform !== 'win32';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/** @typedef {{ process: ChildProcess, exited: Promise<number | null>, running(): boolean, lastWords(): string }} Child */

/** @type {Set<ChildProcess>} */
const alive = new Set();
process.on('exit', () => alive.forEach((child) => signalGroup(child, 'SIGINT')));
/** Once everything is being ended, nothing new is started. */
let ending = false;

/** @type {ChildProcess | undefined} */
let watcher;

/**
 * @param {string} command @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, uid?: number, gid?: number, onLine?: (line: string, from: 'stdout' | 'stderr') => void }} [o]
 * @returns {Child} `exited` gives the exit code, null after a signal; `lastWords` the last line of its standard error
 */
export function startChild(command, args, { onLine, ...options } = {}) {
  if (ending) throw new Error('everything is being ended');
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: POSIX });
  let last = '';
  eachLine(child.stdout, (line) => onLine?.(line, 'stdout'));
  eachLine(child.stderr, (line) => {
    if (line.trim() && !NOISE.test(line)) last = line;
    onLine?.(line, 'stderr');
  });
  track(child);
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', (error) => {
      last = error.message;
      resolve(127);
    });
  });
  return {
    process: child,
    exited,
    running: () => child.exitCode === null && child.signalCode === null && alive.has(child),
    lastWords: () => last,
  };
}

/**
 * Asks the child to end, and insists after a while.
 * @param {Child} child @param {{ signal?: NodeJS.Signals, patienceMs?: number }} [o]
 */
export async function endChild(child, { signal = 'SIGTERM', patienceMs = 10_000 } = {}) {
  if (!child.running()) return void (await child.exited);
  child.process.kill(signal);
  const insist = setTimeout(() => signalGroup(child.process, 'SIGKILL'), patienceMs);
  await child.exited;
  clearTimeout(insist);
}

/**
 * Runs a program to its end, as `execFile` does; it does not outlive us either.
 * @param {string} command @param {readonly string[]} args
 * @param {import('node:child_process').ExecFileOptions & { uid?: number, gid?: number }} [options]
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export async function run(command, args, options = {}) {
  if (ending) throw new Error('everything is being ended');
  const running = promisify(execFile)(command, args, { ...options, encoding: 'utf8', ...{ detached: POSIX } });
  track(running.child);
  return running;
}

/**
 * Ends whatever still runs, and refuses to start anything from now on: for a process that is about to exit.
 * @param {{ patienceMs?: number }} [o] after so long what is left is killed
 */
export async function endChildren({ patienceMs = 10_000 } = {}) {
  ending = true;
  const exits = [...alive].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  alive.forEach((child) => signalGroup(child, 'SIGINT'));
  const insist = setTimeout(() => alive.forEach((child) => signalGroup(child, 'SIGKILL')), patienceMs);
  await Promise.all(exits);
  clearTimeout(insist);
}

/**
 * Sees to it that a child ends with us, and its group with it. It must be the leader of a process group (`detached`).
 * @param {ChildProcess} child
 */
export function track(child) {
  if (child.pid === undefined) return; // it could not be started
  alive.add(child);
  tellWatcher(`${child.pid}\n`);
  child.once('exit', () => {
    alive.delete(child);
    signalGroup(child, 'SIGKILL'); // what it has started itself and left behind
    tellWatcher(`-${child.pid}\n`);
  });
}

/** @param {ChildProcess} child @param {NodeJS.Signals} signal */
function signalGroup(child, signal) {
  if (!POSIX || child.pid === undefined) return void child.kill(signal);
  try {
    process.kill(-child.pid, signal);
  } catch {
    // nobody is left in it
  }
}

/** @param {NodeJS.ReadableStream | null} stream @param {(line: string) => void} take */
function eachLine(stream, take) {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  });
  stream?.on('end', () => rest && take(rest));
}

/**
 * Reads process ids, one a line, `-` before those that have ended. When we are gone it interrupts each group: this ends a service at
 * once and makes PostgreSQL and NATS shut down in good order. Whatever is left after ten seconds is killed, unless the process began
 * at another moment than the one that was interrupted, since then its id was used again.
 */
const WATCHER = `trap "" INT TERM HUP PIPE
began() { { read -r stat < "/proc/$1/stat"; } 2>/dev/null || { ps -o lstart= -p "$1" 2>/dev/null; return; }; set -- \${stat##*) }; shift 19; echo "$1"; }
p=" "
while read -r x; do case $x in -*) p="\${p%% \${x#-} *} \${p#* \${x#-} }";; *) p="$p$x ";; esac; done
left=""
for x in $p; do left="$left $x=$(began "$x" | tr ' ' _)"; kill -s INT -- "-$x" 2>/dev/null; done
for second in 1 2 3 4 5 6 7 8 9 10; do
  alive=""
  for x in $left; do kill -s 0 -- "-\${x%%=*}" 2>/dev/null && alive=y; done
  [ "$alive" ] || exit 0
  sleep 1
done
for x in $left; do
  now=$(began "\${x%%=*}" | tr ' ' _)
  case $now in ""|"\${x#*=}") kill -s KILL -- "-\${x%%=*}" 2>/dev/null;; esac
done`;

/** @param {string} line */
function tellWatcher(line) {
  startWatcher();
  watcher?.stdin?.write(line);
}

/** @returns {number} the process that lives until we and all that we have started have ended; 0 where there is none */
export function watcherPid() {
  startWatcher();
  return watcher?.pid ?? 0;
}

/** Whether a process is the watcher of a start of ours, where the system tells. @param {number} pid */
export function isWatcher(pid) {
  if (!(pid > 0)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(WATCHER);
  } catch {
    return false;
  }
}

function startWatcher() {
  if (!POSIX || watcher) return;
  watcher = spawn('/bin/sh', ['-c', WATCHER], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  watcher.on('error', () => {});
  watcher.stdin?.on('error', () => {});
  watcher.unref();
  /** @type {import('node:net').Socket} */ (watcher.stdin).unref();
}
