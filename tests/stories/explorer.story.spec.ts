import { World } from './people.ts';

let world: World;
beforeAll(async () => void (world = await World.begin()), 120_000);
afterAll(() => world?.end());

const get = (path: string) => fetch(new URL(path, world.stack.url));
const TYPES: Readonly<Record<string, RegExp>> = { js: /^text\/javascript/, css: /^text\/css/ };

it('the page at / is GraphiQL, and everything that it names is here', async () => {
  const response = await get('/');
  const html = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '').filter((path) => path !== 'data:,');
  expect(named.length).toBeGreaterThan(4);
  for (const path of named) {
    expect(path).toMatch(/^\/explorer\//);
    const part = await get(path);
    expect([path, part.status]).toEqual([path, 200]);
    expect(part.headers.get('content-type')).toMatch(TYPES[path.split('.').at(-1) ?? ''] ?? /never/);
    if (path.endsWith('.css')) expect(await part.text()).not.toMatch(/url\((?!data:)|@import/);
  }
  expect(html.replaceAll(/<code>.*?<\/code>/g, '')).not.toMatch(/https?:\/\//);
});

it('nothing else lies there', async () => {
  expect(
    await Promise.all(
      ['/explorer/', '/explorer/../main.js', '/explorer/%2e%2e/package.json'].map(async (path) => (await get(path)).status),
    ),
  ).toEqual([404, 404, 404]);
});
