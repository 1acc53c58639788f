// @ts-check
/** `node --import ./tools/register.mjs file.mts` runs our TypeScript, decorators and `.graphql` imports included, with no build. */
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const module = /** @type {any} */ (nodeModule);

if (typeof module.registerHooks === 'function') {
  const { asModule, isOurs } = await import('./lib/oxc.mjs');
  module.registerHooks({
    load(/** @type {string} */ url, /** @type {object} */ context, /** @type {(url: string, context: object) => object} */ next) {
      if (!isOurs(url)) return next(url, context);
      const file = fileURLToPath(url);
      return { format: 'module', shortCircuit: true, source: asModule(readFileSync(file, 'utf8'), file) };
    },
  });
} else module.register('./lib/loader.mjs', import.meta.url);
