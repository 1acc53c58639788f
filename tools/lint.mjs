// @ts-check
/**
 * ESLint with our rules over the folders named, or everything: `node tools/lint.mjs [path…]`. The rule about who may import whom quietly
 * does nothing where Nx has no project graph, so the graph is made first. Rules that need types are oxlint's: .oxlintrc.json.
 */
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import { root } from './lib/root.mjs';

process.chdir(root);
process.env.NX_DAEMON ??= 'false';
const paths = process.argv.slice(2);
await createProjectGraphAsync({ exitOnError: true });

const eslint = new ESLint({ errorOnUnmatchedPattern: false });
const results = await eslint.lintFiles(paths.length > 0 ? paths : ['apps', 'libs', 'tools', 'tests', 'bench', 'examples', '*.mjs']);
const text = await (await eslint.loadFormatter('stylish')).format(results);
if (text) console.error(text);
const bad = results.reduce((sum, { errorCount, warningCount }) => sum + errorCount + warningCount, 0);
if (bad === 0) console.log(`${results.length} files without a finding`);
process.exit(bad === 0 ? 0 : 1);
