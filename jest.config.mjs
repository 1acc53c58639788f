// @ts-check
/** All projects in one run: `npm test`. */
import { testedProjects } from './tools/lib/projects.mjs';

/** @type {import('jest').Config} */
export default {
  projects: [...testedProjects().map((dir) => `<rootDir>/${dir}`), '<rootDir>/tests/asterisk'],
  maxWorkers: 2,
  testTimeout: 30_000,
};
