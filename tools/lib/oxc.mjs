// @ts-check
/** The one TypeScript transform that runs without a build, for the loader and for jest: Oxc, with decorators and their metadata. */
import { transformSync } from 'rolldown/utils';

/**
 * @param {string} source
 * @param {string} file its path, for messages and the source map
 * @returns {{ code: string, map: any }}
 */
export function compile(source, file) {
  const result = transformSync(file, source, {
    lang: 'ts',
    sourceType: 'module',
    target: 'es2023',
    sourcemap: true,
    cwd: import.meta.dirname,
    tsconfig: false,
    typescript: { onlyRemoveTypeImports: true },
    decorator: { legacy: true, emitDecoratorMetadata: true },
    assumptions: { setPublicClassFields: true },
    helpers: { mode: 'Runtime' },
  });
  if (result.errors.length > 0) throw new SyntaxError(`${file}: ${result.errors.map((e) => e.message).join('\n')}`);
  return { code: result.code, map: result.map };
}

/** What `import sdl from './x.graphql'` gives: the text itself. */
export const textModule = (/** @type {string} */ text) => `export default ${JSON.stringify(text)};\n`;

/** A module of ours as Node should run it, or undefined where it is not ours to transform. @param {string} url */
export const isOurs = (url) => /\.(m?ts|graphql)(\?.*)?$/.test(url) && !url.includes('/node_modules/');

/** @param {string} source @param {string} file */
export function asModule(source, file) {
  if (file.endsWith('.graphql')) return textModule(source);
  const { code, map } = compile(source, file);
  const inline = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}`;
}
