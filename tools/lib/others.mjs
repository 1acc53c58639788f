// @ts-check
/** Programs of others that speak SIP, fetched from Debian's packages without root, for `npm run test:sip`. Node's own modules only. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { librariesIn, openSuite, unpack } from './debian.mjs';
import { root } from './root.mjs';

const PROGRAMS = {
  /** A load generator: here, a carrier. */
  sipp: { package: 'sip-tester', program: 'usr/bin/sipp' },
  /** A telephone. */
  baresip: { package: 'baresip-core', program: 'usr/bin/baresip' },
  /** A voice. */
  espeak: { package: 'espeak-ng', program: 'usr/bin/espeak-ng' },
  /** A browser. */
  chromium: { package: 'chromium', program: 'usr/lib/chromium/chromium' },
};
/** The machine's own, which everything here fits. */
const SYSTEMS = /^(libc6|libc-bin|libgcc-s1|gcc-\d+-base|libc6-\w+)_/;

/** @typedef {{ readonly prefix: string, readonly command: string, readonly env: NodeJS.ProcessEnv }} Program */

/** @param {keyof typeof PROGRAMS} name @param {(line: string) => void} [say] @returns {Promise<Program>} */
export async function findProgram(name, say = () => {}) {
  const { package: wanted, program } = PROGRAMS[name];
  const prefix = join(root, '.cache/others', name);
  if (!existsSync(join(prefix, program))) {
    const suite = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'bookworm';
    say(`fetching ${name} from Debian ${suite}`);
    const scratch = `${prefix}-${process.pid}`;
    try {
      const debian = await openSuite(suite, join(scratch, 'apt'));
      mkdirSync(join(scratch, 'root'), { recursive: true });
      for (const file of await debian.downloadWithAll(wanted)) if (!SYSTEMS.test(basename(file))) await unpack(file, join(scratch, 'root'));
      rmSync(prefix, { recursive: true, force: true });
      renameSync(join(scratch, 'root'), prefix);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  const libraries = librariesIn(prefix).filter(existsSync);
  const inner = libraries.flatMap((dir) =>
    readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && LIBRARY_DIRS.has(entry.name) ? [join(dir, entry.name)] : [],
    ),
  );
  return { prefix, command: join(prefix, program), env: { ...process.env, LD_LIBRARY_PATH: [...libraries, ...inner].join(':') } };
}

/** Directories of libraries that programs find by a path of their own package. */
const LIBRARY_DIRS = new Set(['pulseaudio', 'baresip', 'blas', 'lapack']);
