import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from '@cordboard/tools/faults';
import { filesIn, read, root, rowsIn } from './rulebook.ts';

/** What documents claim of the repository, and what of it is not so. */
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md')];
const guides = pages.filter((page) => !page.startsWith('docs/decisions/0'));
const built = rowsIn(read('docs/rules.md')).filter(({ home }) => home !== null).length;

describe('commands', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
  const named = (text: string) =>
    [...text.matchAll(/\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(start|test)\b)/g)].map(([, run, short]) => run ?? short ?? '');

  it.each(guides)('that %s names are in package.json', (page) => {
    expect(named(read(page)).filter((script) => !scripts.includes(script))).toEqual([]);
  });

  it('of package.json stand in CONTRIBUTING', () => {
    const known = named(read('CONTRIBUTING.md'));
    expect(scripts.filter((script) => !known.includes(script))).toEqual([]);
  });

  it('are found', () => {
    expect(named('`npm start`, `npm run --silent token -- x`, `npm run test:sip`; npm tests')).toEqual(['start', 'token', 'test:sip']);
  });
});

describe('docs/benchmarks.md', () => {
  it('has a section with figures for every benchmark', () => {
    const sections = read('docs/benchmarks.md')
      .split(/^## /m)
      .slice(1)
      .flatMap((section) => (section.includes('| figure |') ? [section.slice(0, section.indexOf('\n'))] : []));
    const benches = readdirSync(join(root, 'bench')).flatMap((file) => /^(.*)\.bench\.mts$/.exec(file)?.[1] ?? []);
    expect(sections.sort()).toEqual(benches.sort());
  });
});

describe('places', () => {
  const FOLDERS = 'apps|libs|tests|tools|docs|prisma|bench|examples';
  /** Paths in backticks, a line or a pattern behind them taken off. */
  const paths = (text: string) => [...text.matchAll(new RegExp(`\`((?:${FOLDERS})/[\\w@./-]+)\``, 'g'))].map(([, path = '']) => path);
  const lost = (text: string) => paths(text).filter((path) => !existsSync(join(root, path)));
  /** What a build makes. */
  const isMade = (path: string) => path.includes('/generated/');

  it.each(pages)('that %s names are there', (page) => expect(lost(read(page)).filter((path) => !isMade(path))).toEqual([]));

  it('that are not there are found', () => {
    expect(lost('`tools/start.mjs` `tools/nowhere.mjs` `apps/<name>` tools/other.mjs')).toEqual(['tools/nowhere.mjs']);
  });

  it('of projects are all in the code map', () => {
    const map = read('ARCHITECTURE.md').split('## Code map')[1]?.split('\n## ')[0] ?? '';
    const projects = ['apps', 'libs', 'libs/platform'].flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${folder}/${name}`),
    );
    const isThere = (project: string) => new RegExp(`^\\| (?:\\[)?${project}(?:[\\]/ ]|$)`, 'm').test(map);
    expect(projects.filter((project) => project !== 'libs/platform' && !isThere(project))).toEqual([]);
  });
});

describe('what is there', () => {
  const SAID = /not built yet|\bS\d+[^.|\n]*\bwaits? for\b/gi;
  const stale = (text: string) => text.replace(/"[^"\n]*"/g, '').match(SAID) ?? [];

  it.each(pages)('is not said to be missing: %s', (page) => {
    expect(built).toBe(43); // while a rule is missing, documents may say so
    expect(stale(read(page))).toEqual([]);
  });

  it('is found where it is said to be missing', () => {
    expect(stale('warm ones, which are not built yet. S3\'s numbers wait for S2. Write "not built yet".')).toHaveLength(2);
  });

  it.each(['README.md', 'docs/rules.md'])('is counted right: %s', (page) => {
    const counts = [...read(page).matchAll(/\b(\d+) of (?:43 rules|43 are built)/g)].map(([, count]) => Number(count));
    expect(counts).toEqual([built]);
  });

  it('faults that npm run mutants seeds are counted right', () => {
    expect(Number(/seeds (\d+) faults/.exec(read('CONTRIBUTING.md'))?.[1])).toBe(faults.length);
  });

  it('a state of calls and transfers stands in the glossary', () => {
    const sdl = read('apps/routing/src/routing.graphql');
    const values = ['CallState', 'TransferStatus'].flatMap((name) => {
      const body = new RegExp(`enum ${name} \\{([^}]+)\\}`).exec(sdl)?.[1] ?? '';
      return [...body.matchAll(/^ {2}([A-Z_]+)$/gm)].map(([, value = '']) => value);
    });
    expect(values.length).toBeGreaterThan(8);
    const states = read('docs/glossary.md').split('## States')[1] ?? '';
    expect(values.filter((value) => !new RegExp(`\\b${value}\\b`).test(states))).toEqual([]);
  });

  it('the smallest service is the one to copy', () => {
    const sizeOf = (app: string) => {
      const sources = filesIn(`apps/${app}/src`, '.ts').filter((file) => !/\.(spec|running)\.ts$/.test(file));
      const lines = sources.reduce((sum, file) => sum + read(file).split('\n').length, 0);
      return { app, files: sources.length, lines, listeners: sources.filter((file) => file.endsWith('.listener.ts')).length };
    };
    const following = readdirSync(join(root, 'apps'))
      .map(sizeOf)
      .filter(({ listeners }) => listeners > 0);
    const least = (by: 'files' | 'lines') => following.reduce((small, one) => (one[by] < small[by] ? one : small)).app;
    const said = /\[(\w+)\]\(apps\/\w+\/src\/\w+\.module\.ts\) is the smallest to copy/.exec(read('ARCHITECTURE.md'))?.[1];
    expect({ files: least('files'), lines: least('lines') }).toEqual({ files: said, lines: said });
  });
});

describe('CHANGELOG', () => {
  const GROUPS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  const text = read('CHANGELOG.md');

  it('has its versions newest first', () => {
    const [first, ...versions] = [...text.matchAll(/^## \[?([^\]\s]+)/gm)].map(([, version = '']) => version);
    expect(first).toBe('Unreleased');
    expect(versions).toEqual([...versions].sort((a, b) => b.localeCompare(a, 'en', { numeric: true })));
  });

  it('has in each version the groups in their order, and every line in a group', () => {
    for (const version of text.split(/^## /m).slice(1)) {
      const [before = '', ...groups] = version.split(/^### /m);
      expect(before).not.toMatch(/^- /m);
      const names = groups.map((group) => group.split('\n')[0]);
      expect(names).toEqual(GROUPS.filter((name) => names.includes(name)));
    }
  });

  it('has in each group the lines by the alphabet', () => {
    for (const group of text.split(/^##+ /m)) {
      const lines = [...group.matchAll(/^- (.*)$/gm)].map(([, line = '']) => /^\*\*([^*]+)\*\*: /.exec(line)?.[1] ?? `no word: ${line}`);
      expect(lines).toEqual([...lines].sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' })));
    }
  });
});

it('every decision that the index names has its page', () => {
  const named = [...read('docs/decisions/README.md').matchAll(/^\| \[(\d{4})\]\(([^)]+)\)/gm)];
  expect(named.length).toBeGreaterThan(80);
  for (const [, number = '', file = ''] of named)
    expect([file.slice(0, 4), existsSync(join(root, 'docs/decisions', file))]).toEqual([number, true]);
});

it('every section of the benchmarks page has its bench', () => {
  const sections = [...read('docs/benchmarks.md').matchAll(/^## (\S+)$/gm)].map(([, name = '']) => name);
  expect(sections.filter((name) => !existsSync(join(root, `bench/${name}.bench.mts`)))).toEqual([]);
});

describe('README', () => {
  const text = read('README.md');

  it('names the terminal of every paste', () => {
    const [, ask = '', byHand = ''] = /## Ask\n([^]*?)## A transfer by hand\n([^]*?)\n## /.exec(text) ?? [];
    const before = (part: string) => part.split(/```sh\n[^]*?```/).slice(0, -1);
    expect(before(ask).map((words) => /terminal \d/g.exec(words.slice(-300))?.[0])).toEqual([
      'terminal 1',
      'terminal 2',
      'terminal 2',
      'terminal 3',
    ]);
    expect(before(byHand)[0]).toContain('terminal 1');
  });

  it('says at the cold transfer that it gives no wrap-up time (S32)', () => {
    const after = text.split('# the caller and bob hear each other\n```\n')[1]?.split('```')[0];
    expect(after).toContain('gives the transferor no wrap-up time** ([S32](docs/rules.md))');
  });
});
