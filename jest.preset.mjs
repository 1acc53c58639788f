// @ts-check
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
/** Projects that need no database, so that a run of theirs alone starts none. */
const PURE = /^(client|decider|contracts|domain-.*|tools)$/;

/**
 * A project's jest configuration. Native ESM (run with `node --experimental-vm-modules`): transforms only our TypeScript and SDL.
 * @param {string} name @param {import('jest').Config} [extra]
 * @returns {import('jest').Config}
 */
export default (name, extra = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  testTimeout: 60_000,
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts', '.mts', '.graphql'],
  moduleFileExtensions: ['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'graphql', 'node'],
  transform: { '\\.(m?ts|graphql)$': join(root, 'tools/jest-oxc.mjs') },
  transformIgnorePatterns: ['/node_modules/'],
  setupFiles: [join(root, 'jest.setup.mjs')],
  cacheDirectory: join(root, '.nx/jest'),
  ...(PURE.test(name)
    ? {}
    : { globalSetup: join(root, 'tests/support/global-setup.mjs'), globalTeardown: join(root, 'tests/support/global-teardown.mjs') }),
  ...extra,
});
