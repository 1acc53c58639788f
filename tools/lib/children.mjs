// @ts-check
/**
 * Child processes that never outlive us. Each has a process group of its own, so that a terminal's Ctrl-C reaches only us and we
 * end them in order. Should we die without having done so, in whatever way, a watching shell sees its pipe close and ends them.
 * Node's own modules only.
 */
import { spawn } from 'node:child_process';

/** Lines of a crash that say nothing to a reader: places, brackets, the version of Node. */
const NOISE = /^\s+at |^Node\.js v|^\s*[{}[\]^]+,?\s*$/;

const POSIX = process.platform !== 'win32';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/** @typedef {{ process: ChildProcess, exited: Promise<number | null>, running(): boolean, lastWords(): string }} Child */

/** @type {Set<ChildProcess>} */
const alive = new Set();
process.on('exit', () => alive.forEach((child) => child.kill('SIGINT')));

/** @type {ChildProcess | undefined} */
let watcher;

/**
 * @param {string} command @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, uid?: number, gid?: number, onLine?: (line: string, from: 'stdout' | 'stderr') => void }} [o]
 * @returns {Child} `exited` gives the exit code, null after a signal; `lastWords` the last line of its standard error
 */
export function startChild(command, args, { onLine, ...options } = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: POSIX });
  let last = '';
  eachLine(child.stdout, (line) => onLine?.(line, 'stdout'));
  eachLine(child.stderr, (line) => {
    if (line.trim() && !NOISE.test(line)) last = line;
    onLine?.(line, 'stderr');
  });
  alive.add(child);
  watch(child);
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve) => {
    child.once('close', (code) => {
      alive.delete(child);
      resolve(code);
    });
    child.once('error', (error) => {
      alive.delete(child);
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
  const insist = setTimeout(() => child.process.kill('SIGKILL'), patienceMs);
  await child.exited;
  clearTimeout(insist);
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

/** Tells the watching shell of one more process to end after us. @param {ChildProcess} child */
function watch(child) {
  if (!POSIX || child.pid === undefined) return;
  if (!watcher) {
    // an interrupt ends a service at once and makes PostgreSQL and NATS shut down in good order
    const script = 'trap "" INT TERM HUP; p=""; while read -r x; do p="$p $x"; done; for x in $p; do kill -INT "$x" 2>/dev/null; done';
    watcher = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
    watcher.on('error', () => {});
    watcher.stdin?.on('error', () => {});
    watcher.unref();
    /** @type {import('node:net').Socket} */ (watcher.stdin).unref();
  }
  watcher.stdin?.write(`${child.pid}\n`);
}
