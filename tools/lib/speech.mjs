// @ts-check
/** Who speaks texts: espeak-ng of this machine, or from Debian's packages, without root. Node's own modules only. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { librariesIn } from './debian.mjs';
import { findProgram } from './others.mjs';

/**
 * The command, fetched where there is none: SPEECH_COMMAND, one in PATH, the cache, Debian.
 * @param {(line: string) => void} [say] told when something is fetched @returns {Promise<string | undefined>} undefined: there is none
 */
export async function findSpeech(say = () => {}) {
  if (process.env.SPEECH_COMMAND) return process.env.SPEECH_COMMAND;
  if (runs('espeak-ng')) return 'espeak-ng';
  try {
    return await fetched(say);
  } catch (error) {
    say(`no espeak-ng can be had, so texts are not spoken: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`);
    return undefined;
  }
}

/** One program that brings its libraries and voices. @param {(line: string) => void} say */
async function fetched(say) {
  const { command, env, prefix } = await findProgram('espeak', say);
  const voices = librariesIn(prefix)
    .map((dir) => join(dir, 'espeak-ng-data'))
    .find(existsSync);
  const wrapper = join(prefix, 'espeak-ng.sh');
  const settings = `ESPEAK_DATA_PATH='${voices}' LD_LIBRARY_PATH='${env['LD_LIBRARY_PATH']}'`;
  writeFileSync(wrapper, `#!/bin/sh\n${settings} exec '${command}' "$@"\n`, { mode: 0o755 });
  return wrapper;
}

/** @param {string} command */
function runs(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
