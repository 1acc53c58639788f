import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const lockfile = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8');

describe('the lockfile', () => {
  const packages = Object.entries(
    (JSON.parse(lockfile) as { packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }> }).packages,
  );

  it('names no host to fetch from, so that every registry serves', () => {
    expect(packages.filter(([, { resolved }]) => resolved?.includes('://')).map(([path]) => path)).toEqual([]);
  });

  it('has the checksum of every package', () => {
    expect(
      packages.filter(([path, { integrity, link }]) => path.includes('node_modules/') && !link && !integrity).map(([path]) => path),
    ).toEqual([]);
  });
});
