import { buildSchema, parse, validate } from 'graphql';
import { filesIn, read } from '../rules/rulebook.ts';

/** What a shell would make of the words that README's examples send: its variables are filled in, escaped quotes are quotes. */
const operationsIn = (document: string): string[] =>
  [...document.matchAll(/^(?:ask|app) \w+ (?:'([^']*)'|"((?:\\"|[^"])*)")/gm)].map(
    ([, plain, quoted = '']) => plain ?? quoted.replaceAll('\\"', '"').replaceAll('$K', 'k'),
  );

const graph = buildSchema(read('apps/gateway/src/supergraph.graphql'), { assumeValidSDL: true });
const complaints = (operation: string): string[] => validate(graph, parse(operation)).map(({ message }) => message);

describe('operations to paste', () => {
  const operations = operationsIn(read('README.md'));

  it('are there: queries, mutations and subscriptions', () => {
    for (const kind of [/^\{/, /^mutation/, /^subscription/]) expect(operations).toContainEqual(expect.stringMatching(kind));
  });
  it.each(operations)('are valid: %s', (operation) => expect(complaints(operation)).toEqual([]));
  it('are found as they stand', () => {
    expect(operationsIn('ask bob "{ call(id: \\"$K-c1\\") { id } }"\nask alice \'{ me { id } }\'')).toEqual([
      '{ call(id: "k-c1") { id } }',
      '{ me { id } }',
    ]);
  });
  it('would be refused if they named what is not there', () => expect(complaints('{ me { salary } }')).toHaveLength(1));
});

it('the operations that the explorer begins with are valid', () => {
  const operations = [...read('apps/gateway/src/explorer/start.browser.js').matchAll(/`((?:#.*\n)?(?:query|subscription)[\s\S]*?)`;/g)].map(
    ([, text = '']) => text,
  );
  expect(operations).toHaveLength(3);
  for (const operation of operations) expect(complaints(operation)).toEqual([]);
});

it('docs/operations.md names every variable that a service reads', () => {
  const sources = [...filesIn('apps', '.module.ts'), ...filesIn('apps', 'main.ts'), ...filesIn('libs/platform/process', '.ts')]
    .map(read)
    .join('\n');
  const names = new Set(
    [...sources.matchAll(/\b([A-Z][A-Z_]{3,}): (?:z\b|port\b|subgraph\b)/g), ...sources.matchAll(/process\.env\['(\w+)'\]/g)].map(
      ([, name = '']) => name,
    ),
  );
  expect([...names]).toEqual(expect.arrayContaining(['DATABASE_URL', 'SEED', 'ROUTING_URL', 'SIMULATOR_PORT', 'LOG_LEVEL']));
  const page = read('docs/operations.md');
  expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
