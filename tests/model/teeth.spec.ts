import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Some of the faults that tools/mutants.mjs knows: two of rules, one of a handler, one of the store. All of them: `node tools/mutants.mjs`. */
const FAULTS = ['S8 it comes back', 'D14 the target rings on', 'handler: the agents’ revisions', 'store: the version'];

it('the model finds faults that are put into the sources, and none in the sound ones', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['tools/mutants.mjs', ...FAULTS], {
    cwd: join(import.meta.dirname, '../..'),
  });
  expect(stdout).toContain(`${FAULTS.length} of ${FAULTS.length} faults found`);
}, 120_000);
