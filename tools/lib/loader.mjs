// @ts-check
/** The load hook for Node versions that have only the kind that runs on a thread of its own (before 22.15). */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { asModule, isOurs } from './oxc.mjs';

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!isOurs(url)) return next(url, context);
  const file = fileURLToPath(url);
  return { format: 'module', shortCircuit: true, source: asModule(await readFile(file, 'utf8'), file) };
}
