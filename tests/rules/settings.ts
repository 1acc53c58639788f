import { filesIn, read } from './rulebook.ts';

/** Variables of the system, of Node and of other programs: they are not ours to describe. */
const OF_OTHERS = /^(PATH|TZ|ON|NODE_COMPILE_CACHE|NX_DAEMON|APOLLO_TELEMETRY_DISABLED|LD_LIBRARY_PATH|AWS_\w+)$/;
/** What one of our own programs gives another: not for people. */
const AMONG_OURSELVES = /^(KILL_FIGURES|TEST_ASTERISK|TOKEN|QUERY)$/;
/** What the containers of docker-compose.yml give tools/engine.mjs. */
const OF_THE_IMAGE = /^(AGENTS|BIND|ENGINE_DIR|EXTERNAL_ADDRESS|HTTP_PORT|PASSWORD_FILE|RTP_PORTS)$/;

const NAME = '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*';

/** The variables of the environment that a source reads: `process.env.X`, `env['X']`, the keys of a schema of settings. */
export function settingsIn(text: string): string[] {
  const read = [...text.matchAll(new RegExp(`\\b(?:env|common)(?:\\.(${NAME})\\b|\\[['"](${NAME})['"]\\])`, 'g'))];
  const isSchema = text.includes("from 'zod'") || text.includes('nvironment');
  const keys = isSchema ? [...text.matchAll(new RegExp(`^ +(${NAME}): (?:z\\b|[a-z]\\w*(?:[.,]|\\(|$))`, 'gm'))] : [];
  return [...read.map(([, dotted, bracketed]) => dotted ?? bracketed ?? ''), ...keys.map(([, key = '']) => key)];
}

/** The variables that docker-compose.yml takes from the environment: `${X:-…}`. */
export const settingsOfCompose = (text: string): string[] =>
  [...text.matchAll(new RegExp(`\\$\\{(${NAME})`, 'g'))].map(([, name = '']) => name);

/** Every setting that a person can give: to a service, a tool, a test, the containers. */
export function settings(): ReadonlySet<string> {
  const sources = ['apps', 'libs', 'tools', 'tests', 'bench']
    .flatMap((folder) => ['.ts', '.mts', '.mjs'].flatMap((ending) => filesIn(folder, ending)))
    .filter((file) => !/\.running\.ts$|^tests\/rules\//.test(file));
  const named = [...sources.flatMap((file) => settingsIn(read(file))), ...settingsOfCompose(read('docker-compose.yml'))];
  return new Set(named.filter((name) => !OF_OTHERS.test(name) && !AMONG_OURSELVES.test(name) && !OF_THE_IMAGE.test(name)));
}

/** The settings in the tables of a document: the names in the first cell of each row under a heading `variable`. */
export function settingsInTables(text: string): string[] {
  const tables = [...text.matchAll(/^\| variable \|.*\n\|[-| ]+\n((?:\|.*\n)+)/gm)].map(([, rows = '']) => rows);
  const cells = tables.flatMap((rows) => rows.split('\n').map((row) => row.split('|')[1] ?? ''));
  return cells.flatMap((cell) => [...cell.matchAll(new RegExp(`\`(${NAME})\``, 'g'))].map(([, name = '']) => name));
}
