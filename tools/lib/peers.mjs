// @ts-check
/** Other gateways, for benchmarks and one test: installed when they are wanted, into bench/peers, never with Cordboard. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './root.mjs';

const DIR = join(root, 'bench/peers');

/** @throws Error where npm could not install them */
export function installPeers() {
  const lock = readFileSync(join(DIR, 'package-lock.json'), 'utf8');
  const stamp = join(DIR, 'node_modules/.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const npm = spawnSync('npm', ['ci', '--no-workspaces', '--ignore-scripts'], {
    cwd: DIR,
    encoding: 'utf8',
    env: { ...process.env, npm_config_engine_strict: 'false' }, // they name engines more strictly than they need
  });
  if (npm.status !== 0) throw new Error(`npm ci in bench/peers: ${npm.stderr}`);
  writeFileSync(stamp, lock);
}

/**
 * Starts one in a process of its own. @param {string} file in bench/peers @param {object} options
 * @returns {Promise<{ url: string, pid: number, stop(): void }>}
 */
export async function startPeer(file, options) {
  const child = fork(join(DIR, file), [JSON.stringify(options)], {
    cwd: DIR,
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = /** @type {[{ port: number }]} */ (
    await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended`)))])
  );
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    pid: child.pid ?? 0,
    stop: () => child.disconnect(),
  };
}
