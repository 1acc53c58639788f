// @ts-check
/** The files of the page at `/`, beside the gateway's bundle: GraphiQL as its packages bring it, and what starts it. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const FILES = {
  'react.js': 'node_modules/react/umd/react.production.min.js',
  'react-dom.js': 'node_modules/react-dom/umd/react-dom.production.min.js',
  'graphiql.js': 'node_modules/graphiql/graphiql.min.js',
  'graphiql.css': 'node_modules/graphiql/graphiql.min.css',
  'start.js': 'apps/gateway/src/explorer/start.browser.js',
  'start.css': 'apps/gateway/src/explorer/start.css',
};

/** @param {string} dir the bundle's */
export function putExplorer(dir) {
  mkdirSync(join(dir, 'explorer'));
  for (const [name, file] of Object.entries(FILES)) cpSync(join(root, file), join(dir, 'explorer', name));
}
