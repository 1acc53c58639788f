// @ts-check
/** jest's transformer, over the same compiler as the loader. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compile, textModule } from './lib/oxc.mjs';

const compiler = readFileSync(new URL('./lib/oxc.mjs', import.meta.url));
const engine = readFileSync(new URL('../node_modules/rolldown/package.json', import.meta.url));

export default {
  /** @param {string} source @param {string} path @param {{ configString: string }} options */
  getCacheKey: (source, path, options) =>
    createHash('sha256')
      .update(compiler)
      .update(engine)
      .update(path)
      .update(source)
      .update(options.configString)
      .digest('hex')
      .slice(0, 32),
  /** @param {string} source @param {string} path */
  process: (source, path) => (path.endsWith('.graphql') ? { code: textModule(source) } : compile(source, path)),
};
