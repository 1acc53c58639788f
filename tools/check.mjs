// @ts-check
/** `npm run check`: all that continuous integration refuses a change for, but the tests. */
import { runChecks } from './lib/checks.mjs';
import { generate, install, Refusal, whyNotThisNode } from './lib/prepare.mjs';

try {
  const tooOld = whyNotThisNode();
  if (tooOld) throw new Refusal(tooOld);
  await install(console.log);
  await generate(console.log);
  process.exit((await runChecks(console.log)) === 0 ? 0 : 1);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exit(1);
}
