// @ts-check
/** The projects of the workspace that have tests. Node's own modules only. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** @returns {string[]} their folders, from the root */
export function testedProjects() {
  const inside = (/** @type {string} */ dir) =>
    readdirSync(join(root, dir), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${dir}/${name}`)
      .sort();
  const folders = [...inside('libs'), ...inside('libs/domain'), ...inside('libs/platform'), ...inside('apps'), 'tools', 'tests'];
  return folders.filter(
    (dir) => existsSync(join(root, dir, 'jest.config.mjs')) && (existsSync(join(root, dir, 'src')) || !/^(libs|apps)\//.test(dir)),
  );
}
