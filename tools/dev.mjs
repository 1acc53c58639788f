// @ts-check
/**
 * Rebuilds one service whenever its sources change and restarts it: `node tools/dev.mjs routing`. It takes its environment from yours.
 * Where the change does not compile, the error is shown and the old process goes on.
 */
import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { watch } from 'rolldown';
import { buildable } from './build.mjs';
import { PLANNER_PROCESS, serviceBundle } from './lib/bundle.mjs';
import { endChild, startChild } from './lib/children.mjs';
import { root } from './lib/root.mjs';

const name = process.argv[2] ?? '';
if (!buildable().includes(name)) {
  console.error(`usage: node tools/dev.mjs <${buildable().join('|')}>`);
  process.exit(1);
}
const dir = join(root, 'dist/dev', name);
const { input, output } = serviceBundle(name, { dir });
const watcher = watch({ ...input, output, watch: { clearScreen: false } });
/** @type {import('./lib/children.mjs').Child | undefined} */
let service;

watcher.on('event', async (event) => {
  if (event.code === 'ERROR') console.error(event.error.message.split('\n').slice(0, 12).join('\n'));
  if (event.code !== 'BUNDLE_END') return;
  await event.result.close();
  if (service) await endChild(service);
  if (name === 'gateway') cpSync(join(root, PLANNER_PROCESS), join(dir, basename(PLANNER_PROCESS)));
  service = startChild(process.execPath, ['--enable-source-maps', join(dir, 'main.js')], {
    onLine: (line, from) => void process[from].write(`${line}\n`),
  });
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']))
  process.once(signal, async () => {
    await watcher.close();
    if (service) await endChild(service);
    process.exit(0);
  });
