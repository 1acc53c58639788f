// @ts-check
/** Installs, generates and builds what is missing or has changed, and nothing else. Node's own modules only. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { track } from './children.mjs';
import { root, SERVICES, SUBGRAPHS } from './root.mjs';

const STAMPS = join(root, 'dist/stamps.json');
const LOADER = ['--import', './tools/register.mjs'];

/** @typedef {(line: string) => void} Say */

/** Something that one sentence explains; no stack trace is wanted. */
export class Refusal extends Error {}

/** Why this Node cannot run us, or undefined. */
export function whyNotThisNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return fits ? undefined : `Node 20.19, 22.12, 24 or later is needed; this is ${process.versions.node}.`;
}

/** `npm ci`, unless what lies in node_modules is what the lockfile says. No package needs its install script. @param {Say} say */
export async function install(say) {
  if (installed()) return;
  say('installing the dependencies (npm ci)');
  const npm = await runInRoot('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    shell: process.platform === 'win32',
  });
  if (npm.code !== 0) throw new Refusal(`The dependencies could not be installed (npm ci):\n${npm.output.trim()}`);
}

/** @param {Say} say */
export async function generate(say) {
  const stamps = readStamps();
  const codegen = hashOf([
    'tools/codegen.mts',
    'tools/lib',
    'package-lock.json',
    'apps/gateway/src/supergraph.graphql',
    'libs/client/src/operations.graphql',
    ...SUBGRAPHS.flatMap((s) => [`apps/${s}/src/${s}.graphql`, `apps/${s}/src/codegen.json`]),
  ]);
  const prisma = hashOf(['tools/prisma.mts', 'package-lock.json', ...schemas()]);
  const steps = [];
  if (
    stamps.codegen !== codegen ||
    !existsSync(join(root, 'libs/client/src/generated/graphql.ts')) ||
    SUBGRAPHS.some(
      (s) => existsSync(join(root, `apps/${s}/src/${s}.graphql`)) && !existsSync(join(root, `apps/${s}/src/generated/graphql.ts`)),
    )
  )
    steps.push(node([...LOADER, 'tools/codegen.mts'], 'The types of the graph could not be generated').then(() => stamp({ codegen })));
  if (
    stamps.prisma !== prisma ||
    schemas().some((file) => !existsSync(join(root, 'apps', file.split('/')[1] ?? '', 'src/generated/prisma')))
  )
    steps.push(
      node([...LOADER, 'tools/prisma.mts', 'generate'], 'The database clients could not be generated').then(() => stamp({ prisma })),
    );
  if (steps.length > 0) say('generating types and database clients');
  await Promise.all(steps);
}

/** @param {Say} say */
export async function buildServices(say) {
  const build = hashOf([
    'tools/build.mjs',
    'tools/lib/bundle.mjs',
    'tools/lib/code-cache.mjs',
    'tools/lib/launcher.mjs',
    'tools/lib/explorer.mjs',
    'package-lock.json',
    'tsconfig.base.json',
    'apps',
    'libs',
    ...schemas(),
  ]);
  const missing = SERVICES.some(
    (name) => existsSync(join(root, `apps/${name}/src/main.ts`)) && !existsSync(join(root, `dist/apps/${name}/main.js`)),
  );
  if (readStamps().build === build && !missing) return;
  say('building the services');
  await node(['tools/build.mjs'], 'The services could not be built');
  stamp({ build });
}

/** @param {Say} say */
export async function prepare(say) {
  await install(say);
  await generate(say);
  await buildServices(say);
}

/**
 * @param {string} command @param {string[]} args
 * @param {{ shell?: boolean, env?: NodeJS.ProcessEnv, show?: 'stderr' }} [o] `show`: its errors go to our own output too, as they come
 * @returns {Promise<{ code: number, output: string }>}
 */
export const runInRoot = (command, args, { shell = false, env = process.env, show } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      shell,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    track(child);
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => {
      output += text;
      if (show === 'stderr') process.stderr.write(text);
    });
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });

/** @param {string[]} args @param {string} otherwise the sentence for when it fails */
async function node(args, otherwise) {
  const { code, output } = await runInRoot(process.execPath, args);
  if (code !== 0) throw new Refusal(`${otherwise}:\n${output.trim()}`);
}

/** Every package of the lockfile is there in its version; those for other systems may be absent. */
function installed() {
  const have = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(have)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { packages: present } = JSON.parse(readFileSync(have, 'utf8'));
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (!path.startsWith('node_modules/') || link) return true;
    return present[path] ? present[path].version === version : optional === true;
  });
}

/** @returns {string[]} */
const schemas = () => {
  const base = join(root, 'prisma');
  const services = existsSync(base) ? readdirSync(base).sort() : [];
  return services.map((s) => `prisma/${s}/schema.prisma`).filter((file) => existsSync(join(root, file)));
};

/** Over the names and contents of files and folders; what is generated and what only tests use does not count. @param {string[]} paths */
function hashOf(paths) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    const entries = (() => {
      try {
        return readdirSync(full, { withFileTypes: true });
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return undefined;
        throw error;
      }
    })();
    if (!entries) return void hash.update(path).update('\0').update(readFileSync(full)).update('\0');
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
      if (!['node_modules', 'generated', 'dist'].includes(name) && !name.endsWith('.spec.ts')) add(`${path}/${name}`);
  };
  paths.forEach(add);
  return hash.digest('hex');
}

/** @typedef {{ codegen?: string, prisma?: string, build?: string }} Stamps */

/** @returns {Stamps} */
function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMPS, 'utf8'));
  } catch {
    return {}; // none yet, or an unreadable one: then everything is made anew
  }
}

/** @param {Stamps} more */
function stamp(more) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(`${STAMPS}.${process.pid}`, JSON.stringify({ ...readStamps(), ...more }));
  renameSync(`${STAMPS}.${process.pid}`, STAMPS);
}
