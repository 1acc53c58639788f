import { filesIn, read } from './rulebook.ts';
import { settings, settingsIn, settingsInTables, settingsOfCompose } from './settings.ts';

const documents = ['CONTRIBUTING.md', 'docs/operations.md', 'docs/telephony.md'].map(read).join('\n');

describe('settings', () => {
  it('in the code stand in the documents', () => {
    const lost = [...settings()].filter((name) => !new RegExp(`\`(?:[^\`\n]*\\b)?${name}\\b`).test(documents));
    expect(lost.sort()).toEqual([]);
  });

  it('in the tables of docs/operations.md are read by the code', () => {
    const known = settings();
    const named = settingsInTables(read('docs/operations.md'));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('say the engines that there are', () => {
    const engines = /ENGINE: z\.enum\(\[([^\]]+)\]/.exec(read('apps/telephony/src/telephony.module.ts'))?.[1]?.match(/\w+/g) ?? [];
    expect(engines).toContain('simulator');
    const operations = read('docs/operations.md');
    const row = operations.split('\n').find((line) => line.startsWith('| `ENGINE` |'));
    expect(engines.filter((engine) => !row?.includes(`\`${engine}\``))).toEqual([]);
    const beginning = operations.slice(0, operations.indexOf('\n## ')).toLowerCase();
    expect(engines.filter((engine) => !beginning.includes(engine === 'simulator' ? 'simulated' : engine))).toEqual([]);
  });
});

it('settings are found in a source, a compose file and a table', () => {
  expect(settingsIn("a(process.env.ONE, process.env['TWO'], env.THREE)")).toEqual(['ONE', 'TWO', 'THREE']);
  expect(settingsIn("import { z } from 'zod';\n  FOUR: z.string(),\n  FIVE: port.default(1),\n  SIX: flag,\n  SEVEN: string;\n")).toEqual([
    'FOUR',
    'FIVE',
    'SIX',
  ]);
  expect(settingsOfCompose('x: ${EIGHT:-1} ${NINE}')).toEqual(['EIGHT', 'NINE']);
  expect(settingsInTables('| variable | of |\n|---|---|\n| `TEN`, `ELEVEN` | `NOT` |\n\n`NEITHER`\n')).toEqual(['TEN', 'ELEVEN']);
});

/** Words in capitals with an underscore: codes, states, settings, streams. */
describe('constants that documents name', () => {
  const sources = [
    ...['apps', 'libs', 'tools', 'prisma', 'tests'].flatMap((folder) =>
      ['.ts', '.mts', '.mjs', '.graphql', '.sql'].flatMap((ending) => filesIn(folder, ending)),
    ),
    'docker-compose.yml',
  ].filter((file) => !file.startsWith('tests/rules/'));
  const streams =
    read('libs/contracts/src/envelope.ts')
      .match(/SOURCES = \[([^\]]+)\]/)?.[1]
      ?.match(/\w+/g) ?? [];
  const code = [...sources.map(read), ...streams.map((source) => `CORDBOARD_${source.toUpperCase()}`)].join('\n');
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md')].filter(
    (file) => !file.includes('/decisions/'),
  );

  it.each(pages)('%s', (page) => {
    const named = [...read(page).matchAll(/`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`/g)].map(([, name = '']) => name);
    expect([...new Set(named)].filter((name) => !code.includes(name))).toEqual([]);
  });
});
