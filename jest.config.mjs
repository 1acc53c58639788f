// @ts-check
/** All projects in one run: `npm test`. */
import { testedProjects } from './tools/lib/projects.mjs';

/** @type {import('jest').Config} */
export default {
  projects: [...testedProjects(), 'tests/asterisk'].map((dir) => `<rootDir>/${dir}`),
  maxWorkers: 2,
  testTimeout: 60_000,
};
