import { ALL, contextOf, disagreements, filesIn, lostSince, pastOf, read, rowsIn, tagsIn, titlesIn, type Rulebook } from './rulebook.ts';

const document = read('docs/rules.md');
const homes = filesIn('libs/domain', '.ts').filter((file) => !file.endsWith('.spec.ts'));
const specs = ['apps', 'libs', 'tests'].flatMap((folder) => filesIn(folder, '.spec.ts')).filter((file) => !file.startsWith('tests/rules/'));
const book: Rulebook = {
  tags: homes.flatMap((file) => tagsIn(file, read(file))),
  titles: specs.flatMap((file) => titlesIn(file, read(file))),
  rows: rowsIn(document),
};

describe('docs/rules.md', () => {
  it('has a row for each rule, in order', () => {
    expect(book.rows.map(({ rule }) => rule)).toEqual(ALL);
  });

  it('says of each where it lives and what proves it, and of those alone that they are built', () => {
    expect(disagreements(book)).toEqual([]);
  });

  it('counts right what is not built yet', () => {
    expect(/\*\*(\d+) of 43 are built\.\*\*/.exec(document)?.[1]).toBe(String(book.rows.filter(({ home }) => home !== null).length));
  });

  it('never takes back that a rule is built', () => {
    expect(lostSince(pastOf('docs/rules.md'), book.rows)).toEqual([]);
  });
});

describe('what is found in a text', () => {
  it('tags, also two on a line', () => {
    expect(tagsIn('a.ts', '/** @rule S26 neither  @rule S28 both */').map(({ rule }) => rule)).toEqual([26, 28]);
  });

  it.each([
    ["it('S7 comes back', () => {", [7]],
    ['it("S9 shows the caller\'s number", () => {', [9]],
    ["it.each(rows)('S3 %s', (row) => {", [3]],
    ["it.each<Row>([\n  ['x'],\n])('S26 S28 %s', (row) => {", [26, 28]],
    ["it('is like S7', () => {", []],
    ["describe('S7 things', () => {", []],
  ])('titles: %s', (text, rules) => {
    expect(titlesIn('a.spec.ts', text).map(({ rule }) => rule)).toEqual(rules);
  });

  it('rows, built and not', () => {
    expect(
      rowsIn('| S7 | It comes back. | [a.ts](../libs/a.ts) | [a.spec.ts](../libs/a.spec.ts) |\n| S1 | Kinds. | not built yet | |\n'),
    ).toEqual([
      { rule: 7, home: 'libs/a.ts', test: 'libs/a.spec.ts' },
      { rule: 1, home: null, test: null },
    ]);
  });
});

/** A rulebook in which everything agrees: S7 is built, the others are not. */
const home = { rule: 7, file: 'libs/domain/transfer/src/a.ts' };
const proof = { rule: 7, file: 'libs/domain/transfer/src/a.spec.ts' };
const row = { rule: 7, home: home.file, test: proof.file };
const others = ALL.filter((rule) => rule !== 7).map((rule) => ({ rule, home: null, test: null }));
const sound: Rulebook = { tags: [home], titles: [proof], rows: [row, ...others] };

describe('what is refused', () => {
  it('nothing where all agree', () => expect(disagreements(sound)).toEqual([]));

  it.each<[what: string, wrong: Partial<Rulebook>, sentence: RegExp]>([
    ['two homes', { tags: [home, { ...home, file: 'libs/domain/transfer/src/b.ts' }] }, /S7 has 2 homes/],
    [
      'a home in another context',
      { tags: [{ ...home, file: 'libs/domain/presence/src/a.ts' }], rows: [{ ...row, home: 'libs/domain/presence/src/a.ts' }, ...others] },
      /not in libs\/domain\/transfer\//,
    ],
    ['no test', { titles: [] }, /S7 has a home and no test/],
    ['a test without a home', { titles: [proof, { rule: 8, file: proof.file }] }, /S8 has a test in .* and no home/],
    ['no row', { rows: others }, /S7 has no row/],
    [
      'a rule that is built and listed as not built',
      { rows: [{ rule: 7, home: null, test: null }, ...others] },
      /S7 is listed as not built yet and has a home/,
    ],
    ['a rule that is listed as built and is not', { tags: [], titles: [] }, /S7 is listed as built in .* and has no home/],
    [
      'a row with another home',
      { rows: [{ ...row, home: 'libs/domain/transfer/src/b.ts' }, ...others] },
      /S7 is listed in .*b\.ts and lives in .*a\.ts/,
    ],
    [
      'a row with a test that is none',
      { rows: [{ ...row, test: 'libs/domain/transfer/src/b.spec.ts' }, ...others] },
      /which has none of it/,
    ],
    ['a rule that does not exist', { tags: [home, { rule: 44, file: home.file }] }, /there is no rule S44/],
  ])('%s', (_, wrong, sentence) => {
    expect(disagreements({ ...sound, ...wrong })).toEqual([expect.stringMatching(sentence)]);
  });

  it('a rule that was built once and is listed as not built now', () => {
    const past = '| S7 | It comes back. | [a.ts](../libs/a.ts) | [a.spec.ts](../libs/a.spec.ts) |\n| S8 | It ends. | not built yet | |\n';
    expect(
      lostSince(past, [
        { rule: 7, home: null, test: null },
        { rule: 8, home: null, test: null },
      ]),
    ).toEqual([7]);
  });
});

it.each([
  [1, 'transfer'],
  [21, 'transfer'],
  [22, 'directory'],
  [25, 'transfer'],
  [30, 'recording'],
  [35, 'presence'],
  [38, 'history'],
  [39, 'advice'],
  [44, undefined],
])('S%s lives in %s', (rule, context) => {
  expect(contextOf(rule)).toBe(context);
});
