import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesIn, read, root } from './rulebook.ts';

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs', '.md')];

/** Links to files that are not there. */
const lost = (document: string, text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)\s#]+)/g)]
    .map(([, to = '']) => to)
    .filter((to) => !existsSync(join(root, dirname(document), to)));

it.each(documents)('%s links to what is there', (document) => expect(lost(document, read(document))).toEqual([]));
it('a link to what is not there is found', () =>
  expect(lost('docs/rules.md', '[a](../libs/nowhere.ts) [b](glossary.md) [c](https://x.org)')).toEqual(['../libs/nowhere.ts']));

describe('docs/decisions', () => {
  const FOLDER = 'docs/decisions';
  const index = read(`${FOLDER}/README.md`);
  const pages = filesIn(FOLDER, '.md').filter((file) => !file.endsWith('README.md'));

  it('have a number each, without a gap', () => {
    const numbers = pages.map((file) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]));
    expect(numbers).toEqual(Array.from({ length: pages.length }, (_, n) => n + 1));
  });

  it('stand in the index in the order of their numbers', () => {
    const listed = [...index.matchAll(/^\| \[(\d{4})\]/gm)].map(([, number]) => number);
    expect(listed).toEqual(pages.map((file) => /\/(\d{4})-/.exec(file)?.[1]));
  });

  it.each(pages)('%s is short, whole and in the index', (file) => {
    const text = read(file);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(['Context', 'Decision', 'Consequences', 'Not chosen']);
    const [, number, title] = /^# (\d{4}) (.+)$/m.exec(text) ?? [];
    expect(index).toContain(`| [${number}](${file.slice(FOLDER.length + 1)}) | ${title} |`);
  });

  const policies = [...index.matchAll(/^\| D(\d+) \|/gm)].map(([, number]) => Number(number));
  it('say of each policy where it is decided, in their order', () => {
    expect(policies.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, n) => n));
    expect(policies).toEqual([...new Set(policies)].sort((a, b) => a - b));
  });

  it('know every policy that code and tests name', () => {
    const files = ['apps', 'libs', 'tests'].flatMap((folder) => filesIn(folder, '.ts'));
    const named = new Set(files.flatMap((file) => [...read(file).matchAll(/\bD(\d{1,2})\b/g)].map(([, number]) => Number(number))));
    expect([...named].filter((number) => !policies.includes(number))).toEqual([]);
  });
});
