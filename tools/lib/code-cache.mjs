// @ts-check
/**
 * `node tools/lib/code-cache.mjs FILE` writes `FILE.cache` for `launcher.mjs`: every function of a CommonJS file (of ASCII characters)
 * compiled, also those that a start alone does not call. A cache bears a hash of V8's flags: the one flag is put back before. It bears the
 * file's name as well, which stack traces show: without a folder, as the bundle goes elsewhere.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const [, , filename = ''] = process.argv;
setFlagsFromString('--no-lazy');
const script = new Script(Module.wrap(readFileSync(filename, 'latin1')), { filename: basename(filename) });
setFlagsFromString('--lazy');
writeFileSync(`${filename}.cache`, script.createCachedData());
