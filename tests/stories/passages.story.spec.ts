import { World, type AgentApp } from './people.ts';

let world: World, alice: AgentApp;
beforeAll(async () => {
  world = await World.begin();
  alice = await world.agent('alice');
}, 120_000);
afterAll(() => world?.end());

const send = (csv: string, token: string, query = ''): Promise<Response> =>
  fetch(new URL(`/contacts/import${query}`, world.stack.url), {
    method: 'POST',
    body: csv,
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${token}` },
  });

it('S23 a file of contacts is imported through the gateway, and found at once', async () => {
  const rows = Array.from({ length: 2_000 }, (_, i) => `Passed ${i},+336${String(10_000_000 + i)}`);
  const response = await send(`name,number\n${rows.join('\n')}\n`, alice.token);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('application/x-ndjson')]);
  const lines = (await response.text()).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({ done: true, rows: 2_000, created: 2_000, rejected: 0 });
  const { contacts } = await alice.get<{ contacts: { edges: { node: { name: string } }[] } }>(
    '{ contacts(search: "Passed 1999") { edges { node { name } } } }',
  );
  expect(contacts.edges.map(({ node }) => node.name)).toEqual(['Passed 1999']);
});

it('S23 a file may be tried out through the gateway, with columns chosen by hand', async () => {
  const query = `?dryRun=true&columns=${encodeURIComponent('{"name":["A"],"number":["B"]}')}`;
  const lines = (await (await send('A;B\nTried out;06 98 00 00 01\n', alice.token, query)).text()).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({
    ...{ done: true, dryRun: true, created: 1, columns: { name: ['A'], number: ['B'], ignored: [] } },
    firstRows: [{ line: 2, name: 'Tried out', number: '+33698000001' }],
  });
  expect(await alice.get('{ contacts(search: "Tried out") { edges { node { name } } } }')).toEqual({ contacts: { edges: [] } });
});

it('who has no token imports nothing', async () => {
  const response = await send('name,number\nNobody,+33612345678\n', 'x.y.z');
  expect([response.status, await response.json()]).toMatchObject([401, { code: 'UNAUTHENTICATED' }]);
});

it('a link to media that is not signed opens nothing', async () => {
  const response = await fetch(new URL('/media/voicemail/demo/x.wav', world.stack.url));
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).toBeLessThan(500);
});
