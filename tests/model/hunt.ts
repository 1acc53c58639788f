/** The stories once, without jest and without shrinking, for tools/mutants.mjs: prints after how many one failed, if one did. */
import fc from 'fast-check';
import { stories } from './run.ts';
import { memoryTables } from './tables.ts';

const [seed, numRuns] = [Number(process.env['MODEL_SEED']), Number(process.env['MODEL_RUNS'])];
const began = performance.now();
const found = await fc.check(
  stories(async () => memoryTables()),
  { seed, numRuns, endOnFailure: true },
);
const [first = ''] = String(found.errorInstance instanceof Error ? found.errorInstance.message : (found.errorInstance ?? '')).split(
  '\n  at ',
);
console.log(JSON.stringify({ failed: found.failed, runs: found.numRuns, ms: Math.round(performance.now() - began), message: first }));
process.exit(0);
