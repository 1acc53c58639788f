// @ts-check
/** All projects in one run: `npm test`. */
import { testedProjects } from './tools/lib/projects.mjs';

/** @type {import('jest').Config} */
export default {
  projects: [...testedProjects(), 'tests/asterisk'].map((dir) => `<rootDir>/${dir}`),
  maxWorkers: 2,
  testSequencer: '<rootDir>/tools/lib/longest-first.mjs',
  testTimeout: 60_000,
};
