import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Locked {
  readonly license?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Readonly<Record<string, Locked>> };
const NOT_OPEN = /elastic|SSPL|BUSL|BSL-1\.1|commons.clause|UNLICENSED|SEE LICENSE/i;

describe('what production runs on', () => {
  const production = treeOf(Object.keys(packages['']?.dependencies ?? {}));

  it('is a tree that was really walked', () => {
    expect(production.length).toBeGreaterThan(50);
    expect(production).toContain('node_modules/@nestjs/core');
    expect(production).not.toContain('node_modules/eslint');
  });

  it('is open source: nothing is under a licence such as the Elastic one', () => {
    expect(production.filter((path) => NOT_OPEN.test(licenceOf(path))).map((path) => `${path}: ${licenceOf(path)}`)).toEqual([]);
  });

  it('names a licence everywhere', () => {
    expect(production.filter((path) => licenceOf(path) === '')).toEqual([]);
  });

  it('would be refused with a package that only tools may use', () => {
    expect(treeOf(['@apollo/composition']).filter((path) => NOT_OPEN.test(licenceOf(path)))).toContain('node_modules/@apollo/composition');
  });
});

/** Where every package lies that these need, by the way Node looks for packages. */
function treeOf(names: readonly string[]): string[] {
  const found = new Set<string>();
  const open = names.map((name) => ({ name, from: '', optional: false }));
  for (let next = open.pop(); next; next = open.pop()) {
    const path = resolve(next.name, next.from);
    if (!path) {
      if (next.optional) continue;
      throw new Error(`${next.name}, needed by ${next.from || 'the root'}, is not in the lockfile`);
    }
    if (found.has(path)) continue;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packages[path] ?? {};
    const optional = (name: string): boolean => name in optionalDependencies || (peerDependenciesMeta[name]?.optional ?? false);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }))
      open.push({ name, from: path, optional: optional(name) });
  }
  return [...found].sort();
}

function resolve(name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (packages[path]) return path;
    if (!at) return undefined;
  }
}

/** The lockfile leaves it out where a package's own manifest has an older form of it. */
function licenceOf(path: string): string {
  const named = packages[path]?.license;
  if (named) return named;
  const { license, licenses } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as {
    license?: string | { type: string };
    licenses?: { type: string }[];
  };
  return typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type ?? '');
}
