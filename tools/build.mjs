// @ts-check
/**
 * Bundles services into `dist/apps/<name>/`: `node tools/build.mjs [--all-in] [--out DIR] [name…]` (all of them without a name;
 * with `--entry FILE`, that program under the name).
 * Own code only, beside a package.json with the exact versions of the packages it needs; with `--all-in`, one file that needs nothing.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { rolldown } from 'rolldown';
import { bundleOptions, NATIVE, serviceBundle } from './lib/bundle.mjs';
import { putExplorer } from './lib/explorer.mjs';
import { root, SERVICES } from './lib/root.mjs';

/** Loaded by name at run time, so no import says that they are needed. */
const LOADED_BY_NAME = ['@nestjs/platform-express', 'pg', 'reflect-metadata', 'rxjs'];

/** @returns {string[]} the services that have an entry */
export const buildable = () => SERVICES.filter((name) => existsSync(join(root, 'apps', name, 'src/main.ts')));

/**
 * Replaces the directory of the bundle in one step, so that whoever runs from it sees the old or the new one.
 * @param {string} name @param {{ allIn?: boolean, out?: string, entry?: string }} [o] `entry`: another file than the service's
 * @returns {Promise<{ dir: string, bytes: number, dependencies: Record<string, string>, ms: number }>}
 */
export async function build(name, { allIn = false, out = join(root, 'dist/apps'), entry } = {}) {
  const began = performance.now();
  const dir = join(resolve(root, out), name);
  const fresh = join(dirname(dir), `.${name}.${process.pid}`);
  const old = `${fresh}.old`;
  /** @type {Set<string>} */
  const externals = new Set();
  const options = { dir: fresh, allIn, externals };
  const { input, output } = entry ? bundleOptions({ entry, ...options }) : serviceBundle(name, options);
  const bundle = await rolldown(input);
  try {
    mkdirSync(fresh, { recursive: true });
    const { output: files } = await bundle.write(output);
    if (allIn)
      for (const name of NATIVE.filter((native) => externals.has(native)))
        cpSync(join(root, 'node_modules', name), join(fresh, 'node_modules', name), { recursive: true });
    if (name === 'gateway' && !entry) putExplorer(fresh);
    const dependencies = allIn ? {} : exactVersions([...externals, ...LOADED_BY_NAME]);
    writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(manifest(name, dependencies), null, 2)}\n`);
    if (existsSync(dir)) renameSync(dir, old);
    renameSync(fresh, dir);
    const bytes = files.reduce((sum, file) => sum + (file.type === 'chunk' ? file.code.length : 0), 0);
    return { dir, bytes, dependencies, ms: performance.now() - began };
  } finally {
    await bundle.close();
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
}

/** As the lockfile has them. @param {string[]} names @returns {Record<string, string>} */
function exactVersions(names) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.fromEntries(
    [...new Set(names)]
      .sort()
      .flatMap((name) => (packages[`node_modules/${name}`] ? [[name, packages[`node_modules/${name}`].version]] : [])),
  );
}

/** @param {string} name @param {Record<string, string>} dependencies */
function manifest(name, dependencies) {
  const { version, license, engines, overrides } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const fixed = Object.fromEntries(Object.entries(overrides).filter(([, value]) => typeof value === 'string' && !value.startsWith('$')));
  return {
    name: `@cordboard/${name}`,
    version,
    private: true,
    license,
    type: 'module',
    main: 'main.js',
    engines,
    dependencies,
    overrides: fixed,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2);
  const valueOf = (/** @type {string} */ flag) => (args.includes(flag) ? args.splice(args.indexOf(flag), 2)[1] : undefined);
  const out = valueOf('--out');
  const entry = valueOf('--entry');
  const allIn = args.includes('--all-in');
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
      const made = await build(name, { allIn, ...(out ? { out } : {}), ...(entry ? { entry } : {}) });
      const needs = allIn ? 'nothing else needed' : `${Object.keys(made.dependencies).length} dependencies`;
      console.log(`${name}: ${Math.round(made.bytes / 1024)} KiB, ${needs}, ${Math.round(made.ms)} ms`);
    } catch (error) {
      process.exitCode = 1;
      console.error(`${name}: ${stripVTControlCharacters(error instanceof Error ? error.message : String(error)).trim()}`);
    }
  };
  await Promise.all((names.length > 0 ? names : known).map(buildOne));
}
