// @ts-check
/**
 * Rebuilds one service whenever its sources change and restarts it: `node tools/dev.mjs routing`. It takes its environment from yours.
 * Where the change does not compile, the error is shown and the old process goes on.
 */
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { watch } from 'rolldown';
import { buildable } from './build.mjs';
import { PLANNER_PROCESS, serviceBundle } from './lib/bundle.mjs';
import { root } from './lib/root.mjs';

const name = process.argv[2] ?? '';
if (!buildable().includes(name)) {
  console.error(`usage: node tools/dev.mjs <${buildable().join('|')}>`);
  process.exit(1);
}
const dir = join(root, 'dist/dev', name);
const { input, output } = serviceBundle(name, { dir });
const watcher = watch({ ...input, output, watch: { clearScreen: false } });
/** @type {import('node:child_process').ChildProcess | undefined} */
let service;

const stop = () =>
  new Promise((done) => {
    if (!service || service.exitCode !== null || service.signalCode !== null) return done(undefined);
    service.once('exit', done);
    service.kill('SIGTERM');
  });

watcher.on('event', async (event) => {
  if (event.code === 'ERROR') console.error(event.error.message.split('\n').slice(0, 12).join('\n'));
  if (event.code !== 'BUNDLE_END') return;
  await event.result.close();
  await stop();
  if (name === 'gateway') cpSync(join(root, PLANNER_PROCESS), join(dir, basename(PLANNER_PROCESS)));
  service = spawn(process.execPath, ['--enable-source-maps', join(dir, 'main.js')], { stdio: ['ignore', 'inherit', 'inherit'] });
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, async () => {
    await watcher.close();
    await stop();
    process.exit(0);
  });
