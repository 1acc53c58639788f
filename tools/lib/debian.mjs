// @ts-check
/**
 * Packages of Debian without root: apt with state directories of its own touches nothing of the system's; it checks the suite's
 * signature against Debian's keyring and each package's hash against the signed index. Node's own modules only.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { run } from './children.mjs';

const TRIPLE = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[arch()] ?? `${arch()}-linux-gnu`;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * A suite of the mirror that this machine's own apt is configured with, its index fetched into `dir`.
 * @param {string} suite @param {string} dir
 */
export async function openSuite(suite, dir) {
  if (!existsSync(KEYRING)) throw new Error('this is no Debian, so its packages cannot be used');
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(dir, part), { recursive: true });
  const list = join(dir, 'sources.list');
  writeFileSync(list, `deb [signed-by=${KEYRING}] ${mirror()} ${suite} main\n`);
  writeFileSync(join(dir, 'status'), '');
  const options = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State::lists': join(dir, 'lists'),
    'Dir::State::status': join(dir, 'status'),
    'Dir::Cache': join(dir, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'APT::Install-Recommends': 'false',
    ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  };
  const apt = (/** @type {string[]} */ args, cwd = dir) =>
    run('apt-get', ['-q', ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]), ...args], {
      cwd,
      timeout: 300_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  await apt(['update']);
  return {
    /** Fetches exactly these packages. @param {readonly string[]} names @returns {Promise<string[]>} their files */
    download: async (names) => {
      const into = join(dir, 'packages');
      mkdirSync(into, { recursive: true });
      await apt(['download', ...names], into);
      return debsIn(into);
    },
    /** Fetches a package with all that it depends on. @param {string} name @returns {Promise<string[]>} their files */
    downloadWithAll: async (name) => {
      await apt(['-y', '--download-only', 'install', name]);
      return debsIn(join(dir, 'cache/archives'));
    },
  };
}

/** @param {string} file @param {string} into */
export const unpack = (file, into) => run('dpkg', ['-x', file, into], { env: { ...process.env, HOME: into } });

/** Where libraries lie in what was unpacked, there or not. @param {string} prefix */
export const librariesIn = (prefix) => [`usr/lib/${TRIPLE}`, `lib/${TRIPLE}`, 'usr/lib'].map((dir) => join(prefix, dir));

/** @param {string} dir */
const debsIn = (dir) =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(dir, name));

/** The one that this machine's own apt is configured with. */
function mirror() {
  const uris = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], { encoding: 'utf8' });
  const found = uris.split('\n').find((uri) => /\/debian\/?$/.test(uri));
  if (!found) throw new Error('apt knows no Debian mirror');
  return found;
}
