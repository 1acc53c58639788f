// @ts-check
/**
 * Bundles services into `dist/apps/<name>/`: `node tools/build.mjs [--out DIR] [name…]` (all of them without a name; with
 * `--entry FILE`, that program under the name). Each needs nothing but its folder: one file with all its packages, and beside it what V8
 * compiled of it, for a short start.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { rolldown } from 'rolldown';
import { bundleOptions, NATIVE, PLANNER, PLANNER_PROCESS, launchedBundle } from './lib/bundle.mjs';
import { putExplorer } from './lib/explorer.mjs';
import { root, SERVICES } from './lib/root.mjs';

/** @returns {string[]} the services that have an entry */
export const buildable = () => SERVICES.filter((name) => existsSync(join(root, 'apps', name, 'src/main.ts')));

/**
 * A file of ASCII alone takes one byte a character in memory; with a single other character it takes two, and a seventh longer to load.
 * @param {string} file of JavaScript
 */
const inAscii = (file) => {
  const code = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
};

/**
 * Replaces the directory of the bundle in one step, so that whoever runs from it sees the old or the new one.
 * @param {string} name @param {{ out?: string, entry?: string }} [o] `entry`: another file than the service's
 * @returns {Promise<{ dir: string, bytes: number, ms: number }>}
 */
export async function build(name, { out = join(root, 'dist/apps'), entry } = {}) {
  const began = performance.now();
  const dir = join(resolve(root, out), name);
  const fresh = join(dirname(dir), `.${name}.${process.pid}`);
  const old = `${fresh}.old`;
  /** @type {Set<string>} */
  const externals = new Set();
  const options = { dir: fresh, externals };
  const { input, output } = entry ? bundleOptions({ entry, allIn: true, ...options }) : launchedBundle(name, options);
  const bundle = await rolldown(input);
  try {
    mkdirSync(fresh, { recursive: true });
    const { output: files } = await bundle.write(output);
    for (const { type, fileName } of files) if (type === 'chunk') inAscii(join(fresh, fileName));
    for (const name of NATIVE.filter((native) => externals.has(native)))
      cpSync(join(root, 'node_modules', name), join(fresh, 'node_modules', name), { recursive: true });
    if (externals.has(PLANNER)) cpSync(join(root, PLANNER_PROCESS), join(fresh, basename(PLANNER_PROCESS)));
    if (name === 'gateway' && !entry) putExplorer(fresh);
    writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(manifest(name), null, 2)}\n`);
    if (!entry) await putLauncher(fresh);
    if (existsSync(dir)) renameSync(dir, old);
    renameSync(fresh, dir);
    const bytes = files.reduce((sum, file) => sum + (file.type === 'chunk' ? file.code.length : 0), 0);
    return { dir, bytes, ms: performance.now() - began };
  } finally {
    await bundle.close();
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
}

/** @param {string} dir with a service's bundle */
async function putLauncher(dir) {
  cpSync(join(root, 'tools/lib/launcher.mjs'), join(dir, 'main.js'));
  await promisify(execFile)(process.execPath, [join(root, 'tools/lib/code-cache.mjs'), join(dir, 'service.cjs')]);
}

/** @param {string} name */
function manifest(name) {
  const { version, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { name: `@cordboard/${name}`, version, private: true, license, type: 'module', main: 'main.js', engines };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2);
  const valueOf = (/** @type {string} */ flag) => (args.includes(flag) ? args.splice(args.indexOf(flag), 2)[1] : undefined);
  const out = valueOf('--out');
  const entry = valueOf('--entry');
  const names = args.filter((a) => !a.startsWith('--'));
  const known = buildable();
  const wrong = names.find((name) => !entry && !known.includes(name));
  if (wrong) {
    console.error(`There is no service "${wrong}" to build; there are ${known.join(', ')}.`);
    process.exit(1);
  }
  /** @param {string} name */
  const buildOne = async (name) => {
    try {
      const made = await build(name, { ...(out ? { out } : {}), ...(entry ? { entry } : {}) });
      console.log(`${name}: ${Math.round(made.bytes / 1024)} KiB, ${Math.round(made.ms)} ms`);
    } catch (error) {
      process.exitCode = 1;
      console.error(`${name}: ${stripVTControlCharacters(error instanceof Error ? error.message : String(error)).trim()}`);
    }
  };
  await Promise.all((names.length > 0 ? names : known).map(buildOne));
}
