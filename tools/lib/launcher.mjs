// @ts-check
/**
 * Becomes a bundle's `main.js`: it runs the `service.cjs` beside it from `service.cjs.cache`, what V8 compiled of it when it was built,
 * and so need not parse ten megabytes at every start. V8 refuses a cache of another version of itself; the service is parsed then.
 */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

const filename = join(import.meta.dirname, 'service.cjs');
const cache = `${filename}.cache`;
const script = new Script(Module.wrap(readFileSync(filename, 'latin1')), {
  filename,
  ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});

const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(filename), module, filename, dirname(filename));
