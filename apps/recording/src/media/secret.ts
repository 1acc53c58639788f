import { CannotStart } from '@cordboard/platform-process';
import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What addresses are signed with: `given`, or else one that is made once and kept beside the media, readable by nobody who could not
 * read those anyway, so that every replica over the same media has the same. @throws CannotStart where it cannot be kept
 */
export async function urlSecret(given: string | undefined, mediaDir: string): Promise<string> {
  if (given) return given;
  const [file, mine] = [join(mediaDir, '.url-secret'), join(mediaDir, `.url-secret.${process.pid}`)];
  try {
    await writeFile(mine, randomBytes(32).toString('base64url'), { mode: 0o600 });
    await link(mine, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error; // of two who make it, the first wins, and nobody reads half of it
    });
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CannotStart(
      `Media URLs cannot be signed: set MEDIA_URL_SECRET, or let ${mediaDir} be written to (${(error as Error).message}).`,
    );
  } finally {
    await rm(mine, { force: true });
  }
}
