import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Where a rule is written down, or tested: its number and the file, from the root. */
export interface Found {
  readonly rule: number;
  readonly file: string;
}

/** A row of docs/rules.md. `home` and `test` are null where the rule is not built yet. */
export interface Row {
  readonly rule: number;
  readonly home: string | null;
  readonly test: string | null;
}

/** All that can be compared: the tags in the rules' homes, the titles of tests, and what the document says of both. */
export interface Rulebook {
  readonly tags: readonly Found[];
  readonly titles: readonly Found[];
  readonly rows: readonly Row[];
}

const LAST = 43;
export const ALL: readonly number[] = Array.from({ length: LAST }, (_, index) => index + 1);

/** The law of place: a rule lives in the context whose state it changes. */
const CONTEXTS: readonly (readonly [from: number, to: number, context: string])[] = [
  [1, 21, 'transfer'],
  [22, 24, 'directory'],
  [25, 25, 'transfer'],
  [26, 30, 'recording'],
  [31, 35, 'presence'],
  [36, 38, 'history'],
  [39, 43, 'advice'],
];
export const contextOf = (rule: number): string | undefined => CONTEXTS.find(([from, to]) => rule >= from && rule <= to)?.[2];

/** `@rule S7 …` in a file's comments. */
export const tagsIn = (file: string, text: string): Found[] =>
  [...text.matchAll(/@rule S(\d+)\b/g)].map(([, number]) => ({ rule: Number(number), file }));

/** Tests whose title starts with the numbers of rules: `it('S7 …`, `it.each(rows)('S26 S28 …`. */
export const titlesIn = (file: string, text: string): Found[] =>
  [...text.matchAll(/(?:\bit|\)|>)\(\s*(['"`])((?:S\d+ )+)/g)].flatMap(([, , numbers = '']) =>
    [...numbers.matchAll(/\d+/g)].map(([number]) => ({ rule: Number(number), file })),
  );

/** The rows of the table: `| S7 | sentence | [home](…) | [test](…) |`, or `| S1 | sentence | not built yet | |`. */
export const rowsIn = (document: string): Row[] =>
  [...document.matchAll(/^\| S(\d+) \|[^|\n]*\|([^|\n]*)\|([^|\n]*)\|$/gm)].map(([, number, home = '', test = '']) => ({
    rule: Number(number),
    ...(home.trim() === NOT_BUILT ? { home: null, test: null } : { home: linked(home), test: linked(test) }),
  }));
const NOT_BUILT = 'not built yet';
/** A link of docs/ as a path from the root; what is no link stays as it is written, and fits nothing. */
const linked = (cell: string): string => /\]\(\.\.\/([^)]+)\)/.exec(cell)?.[1] ?? cell.trim();

/** Everything in which code, tests and document do not agree, one sentence each. */
export function disagreements({ tags, titles, rows }: Rulebook): string[] {
  const unknown = [...tags, ...titles]
    .filter(({ rule }) => !ALL.includes(rule))
    .map(({ rule, file }) => `${file}: there is no rule S${rule}`);
  return [...unknown, ...ALL.flatMap((rule) => aboutOne(rule, { tags: of(rule, tags), titles: of(rule, titles), rows: of(rule, rows) }))];
}

const of = <Thing extends { readonly rule: number }>(rule: number, things: readonly Thing[]): readonly Thing[] =>
  things.filter((thing) => thing.rule === rule);

function aboutOne(rule: number, { tags, titles, rows }: Rulebook): string[] {
  const [row, ...more] = rows;
  const [home] = tags;
  const place = `libs/domain/${contextOf(rule)}/`;
  const said: [wrong: boolean, sentence: string][] = [
    [more.length > 0, `S${rule} has ${rows.length} rows`],
    [tags.length > 1, `S${rule} has ${tags.length} homes: ${tags.map(({ file }) => file).join(', ')}`],
    [home !== undefined && !home.file.startsWith(place), `S${rule} lives in ${home?.file}, not in ${place}`],
    [home !== undefined && titles.length === 0, `S${rule} has a home and no test whose title starts with it`],
    [home === undefined && titles.length > 0, `S${rule} has a test in ${titles[0]?.file} and no home`],
    [row === undefined, `S${rule} has no row: it has neither a home nor a line that says that it is not built yet`],
    [home !== undefined && row?.home === null, `S${rule} is listed as not built yet and has a home in ${home?.file}`],
    [home === undefined && row !== undefined && row.home !== null, `S${rule} is listed as built in ${row?.home} and has no home`],
    [
      home !== undefined && row !== undefined && row.home !== null && row.home !== home.file,
      `S${rule} is listed in ${row?.home} and lives in ${home?.file}`,
    ],
    [
      row !== undefined && row.test !== null && titles.length > 0 && !titles.some(({ file }) => file === row.test),
      `S${rule} is listed with its test in ${row?.test}, which has none of it`,
    ],
  ];
  return said.filter(([wrong]) => wrong).map(([, sentence]) => sentence);
}

/** Rules that the document once listed as built and does not any more. `past`: every line that was ever added to it. */
export const lostSince = (past: string, rows: readonly Row[]): number[] => {
  const once = new Set(
    rowsIn(past)
      .filter(({ home }) => home !== null)
      .map(({ rule }) => rule),
  );
  return rows.filter(({ rule, home }) => home === null && once.has(rule)).map(({ rule }) => rule);
};

/** Every line that was ever added to a file, as far as git remembers here; '' without git. */
export function pastOf(file: string): string {
  const { stdout } = spawnSync('git', ['log', '--patch', '--format=', '--', file], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
  });
  return (stdout ?? '').replace(/^\+(?!\+\+ )/gm, '');
}

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const PASSED_OVER = new Set(['node_modules', 'generated', 'dist']);

/** Files under a folder whose names end so, from the root. */
export const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.split('/').some((part) => PASSED_OVER.has(part)))
    .sort();
