// @ts-check
/**
 * `npm test`: on a fresh machine everything, from the install to the stories; its last line is `N passed, N failed`.
 * `npm test -- <jest arguments>` builds what has changed and runs only jest, with those.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAsterisk } from './lib/asterisk.mjs';
import { runChecks } from './lib/checks.mjs';
import { root } from './lib/root.mjs';
import { buildServices, generate, install, Refusal, runInRoot, whyNotThisNode } from './lib/prepare.mjs';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const jestArguments = process.argv.slice(2);
const commitSeed = seedOfCommit();
if (commitSeed !== null) process.env['COMMIT_SEED'] ??= commitSeed;
const total = { passed: 0, failed: 0 };

try {
  const tooOld = whyNotThisNode();
  if (tooOld) throw new Refusal(tooOld);
  await install(console.log);
  await generate(console.log);
  if (jestArguments.length > 0)
    await buildServices(console.log).catch((error) => console.error(error.message)); // what needs no service can be tested still
  else {
    await buildServices(console.log);
    total.failed += await runChecks(console.log);
    console.log(`the real call engine is Asterisk ${(await findAsterisk(console.log)).version}`);
  }
  const tests = await runJest(jestArguments);
  total.passed += tests.passed;
  total.failed += tests.failed;
} catch (error) {
  total.failed += 1;
  console.error(error instanceof Refusal ? error.message : error);
}
if (jestArguments.length === 0) console.log('Further stories on Asterisk: npm run test:asterisk. Programs of others: npm run test:sip.');
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

/** What random tests begin with: every run of one commit draws the same. @returns {string | null} null where there is no repository */
function seedOfCommit() {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return String(Number.parseInt(commit.slice(0, 7), 16));
  } catch {
    return null;
  }
}

/** @param {string[]} more @returns {Promise<{ passed: number, failed: number }>} */
async function runJest(more) {
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-jest-'));
  const outputFile = join(dir, 'results.json');
  try {
    const { code } = await runInRoot(process.execPath, [...JEST, '--json', `--outputFile=${outputFile}`, ...more], { show: 'stderr' });
    if (!existsSync(outputFile)) return { passed: 0, failed: 1 };
    const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(outputFile, 'utf8'));
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
