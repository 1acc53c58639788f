// @ts-check
/** Whether the npm that started this process still runs. Node's own modules only. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 250;

/**
 * Resolves when the npm that runs `npm start` has ended and left this process behind, and never where npm has not started it. A shell
 * may stand between the two (npm runs scripts with `sh -c`); its parent is watched as well.
 * @param {string} root of the package whose script it is
 * @returns {Promise<void>}
 */
export async function parentIsGone(root, env = process.env) {
  const isNpms = env['npm_lifecycle_event'] === 'start' && env['npm_package_json'] === join(root, 'package.json');
  if (!isNpms || process.platform === 'win32') return new Promise(() => {});
  const parent = process.ppid;
  const own = stat(process.pid);
  const above = stat(parent);
  if (own && above && own.group !== above.group) return; // it ended before we began: its children stay in its group, and ours is another's
  const between = above?.isShell && stat(above.parent)?.group === above.group ? above.parent : undefined;
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent && (between === undefined || stat(parent)?.parent === between)) return;
      clearInterval(timer);
      resolve(undefined);
    }, EVERY_MS);
    timer.unref();
  });
}

/** What Linux says of a process (proc_pid_stat(5)); undefined elsewhere. @param {number} pid */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), group: Number(group), isShell: /\((ba|da|a|k|z)?sh\)|\(busybox\)/.test(text) };
  } catch {
    return undefined;
  }
}
