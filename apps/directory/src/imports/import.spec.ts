import { request } from 'node:http';
import { RunningDirectory, type Who } from '../directory.running.ts';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await RunningDirectory.start();
});
afterAll(() => directory?.stop());

const IMPORT =
  'mutation($csv: String!) { importContacts(csv: $csv) { __typename ... on ContactImport { created updated unchanged rejected { line reason } } ... on Refused { code message remedy } } }';
const imported = async (csv: string, who?: Who): Promise<unknown> =>
  ((await directory.data(IMPORT, who, { csv })) as { importContacts: unknown }).importContacts;
const found = async (search: string, who?: Who): Promise<unknown[]> =>
  (
    (await directory.data(
      'query($search: String) { contacts(search: $search, first: 100) { edges { node { name number line { id } } } } }',
      who,
      {
        search,
      },
    )) as { contacts: { edges: { node: unknown }[] } }
  ).contacts.edges.map(({ node }) => node);
const result = (o: object): object => ({ __typename: 'ContactImport', created: 0, updated: 0, unchanged: 0, rejected: [], ...o });
/** Numbers that can exist, +33612000000 on; each spec takes its own. */
const mobile = (n: number): string => `+336${String(12_000_000 + n)}`;

describe('a file of contacts', () => {
  it('S23 S24 from a French spreadsheet is read as it is, for every agent of the account', async () => {
    const csv = [
      '\uFEFFNuméro;NOM;Société',
      '06 11 22 33 01;Zoé Ünal;Clinique',
      '"+33611223302";"Durand, dit ""Le Grand""\r\nLyon";x',
      '0611223303;;',
      '01 87 00 00 03;Standard de Bob;',
      '12;Trop court;',
      '',
      '0033 6 11 22 33 01;Encore Zoé;deux fois',
      '"06 11 22 33 05"x;Guillemets;',
      '06.11.22.33.06;Dernière;y',
    ].join('\r\n');
    expect(await imported(csv)).toEqual(
      result({
        created: 3,
        updated: 1, // bob-direct, by its number
        rejected: [
          { line: 5, reason: 'A contact needs a name.' },
          { line: 7, reason: expect.stringMatching(/^"12" has too few digits for a phone number\./) },
          { line: 9, reason: '+33611223301 is in line 2 already.' },
          { line: 10, reason: expect.stringMatching(/^The quotes of this row/) },
        ],
      }),
    );
    expect(await found('zoe unal', { sub: 'dan' })).toEqual([{ name: 'Zoé Ünal', number: '+33611223301', line: null }]);
    expect(await found('grand durand')).toEqual([{ name: 'Durand, dit "Le Grand" Lyon', number: '+33611223302', line: null }]);
    expect(await found('standard')).toEqual([{ name: 'Standard de Bob', number: '+33187000003', line: { id: 'bob' } }]);
    expect(await found('', { sub: 'alice', account: 'other' })).toEqual([]);
  });

  it('S23 is the same the second time: a number is kept once, and gets the name that the file says', async () => {
    const csv = (name: string) => `name,phone\n${name},${mobile(1)}\nTwo,${mobile(2)}\n`;
    expect(await imported(csv('One'))).toEqual(result({ created: 2 }));
    expect(await imported(csv('One'))).toEqual(result({ unchanged: 2 }));
    expect(await imported(csv('Uno'))).toEqual(result({ updated: 1, unchanged: 1 }));
    expect(await found(mobile(1))).toEqual([{ name: 'Uno', number: mobile(1), line: null }]);
    const told = (await directory.told()).filter((event) => event.type === 'contact.saved' && event.contact.e164 === mobile(1));
    expect(told).toMatchObject([{ contact: { name: 'One' } }, { contact: { name: 'Uno' } }]);
  });

  it('S23 is kept once, however often it is sent at the same time', async () => {
    const csv = `name,number\n${Array.from({ length: 1_200 }, (_, i) => `At once ${i},${mobile(10_000 + i)}`).join('\n')}`;
    const answers = (await Promise.all([imported(csv), imported(csv), imported(csv)])) as { created: number; unchanged: number }[];
    expect(answers.map(({ created, unchanged }) => created + unchanged)).toEqual([1_200, 1_200, 1_200]);
    expect(answers.reduce((sum, { created }) => sum + created, 0)).toBe(1_200);
  });

  it.each([
    ['nothing', ''],
    ['blanks', ' \n\n  '],
    ['one column', 'name\nBob\nCarol\n'],
    ['no header', `Bob,${mobile(90)}\n`],
    [
      'two megabytes of junk',
      Array.from({ length: 2_000_000 }, (_, i) => String.fromCharCode(1 + ((i * 7_919 + (i >> 7)) % 126))).join(''),
    ],
    ['NUL characters alone', '\u0000\u0000\n\u0000,\u0000'],
    ['a picture', '\uFFFDPNG\r\n\u001A\n\u0000\u0000\uFFFDIHDR'],
  ])('S23 with %s is refused, with what is expected', async (_, csv) => {
    expect(await imported(csv)).toEqual({
      __typename: 'Refused',
      code: 'INVALID_CSV',
      message: expect.stringMatching(/^The (file is empty|first row names no column for )/),
      remedy: expect.stringContaining('"name" or "nom"'),
    });
  });

  it('S23 with rows that cannot be read keeps the others', async () => {
    const csv = `name,number\nN\u0000L,${mobile(20)}\nHalf a letter \uD83D,${mobile(21)}\nNo number,\u0000\n"never closed,${mobile(22)}\nGood,${mobile(23)}\n${'x'.repeat(40_000)}\nAlso good,${mobile(24)}`;
    expect(await imported(csv)).toMatchObject({
      created: 2,
      rejected: [{ line: 2 }, { line: 3 }, { line: 4 }, { line: 5 }, { line: 7, reason: expect.stringContaining('longer than') }],
    });
  });

  it('S23 of another account without Numbers reads international numbers alone', async () => {
    const csv = `nom\ttéléphone\nHere\t06 11 22 33 44\nThere\t${mobile(25)}`;
    expect(await imported(csv, { sub: 'eve', account: 'other' })).toMatchObject({
      created: 1,
      rejected: [{ line: 2, reason: expect.stringContaining("country of the account's Numbers") }],
    });
  });
});

describe('POST /contacts/import', () => {
  const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> =>
    fetch(`${directory.url}/contacts/import`, { method: 'POST', body, headers });
  const CSV = { 'content-type': 'text/csv; charset=utf-8' };

  it('S23 tells how far it is, which rows it did not take, and when it is done', async () => {
    const rows = Array.from({ length: 1_300 }, (_, i) => `Streamed ${i},${i % 600 === 0 ? 'nothing' : mobile(30_000 + i)}`);
    const response = await send(`name,number\n${rows.join('\n')}`, { ...CSV, ...(await directory.bearer()) });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('application/x-ndjson')]);
    const lines = (await response.text()).trimEnd().split('\n');
    const reason = expect.stringMatching(/^"nothing" is not a phone number/);
    const tally = (rows: number, rejected: number) => ({ rows, created: rows - rejected, updated: 0, unchanged: 0, rejected });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { line: 2, reason, text: 'Streamed 0,nothing' },
      tally(500, 1),
      { line: 602, reason, text: 'Streamed 600,nothing' },
      tally(1_000, 2),
      { line: 1_202, reason, text: 'Streamed 1200,nothing' },
      tally(1_300, 3),
      { ...tally(1_300, 3) },
      expect.objectContaining({ done: true, ...tally(1_300, 3) }),
    ]);
  });

  it('S23 reads what Excel writes in France', async () => {
    const response = await send(new Uint8Array(Buffer.from('Prénom;Nom;Tél.\r\nZoé;Côté;06 11 22 33 99\r\n', 'latin1')), {
      ...CSV,
      ...(await directory.bearer()),
    });
    expect(await response.text()).toContain('"done":true,"rows":1,"created":1');
    expect(await found('cote zoe')).toEqual([{ name: 'Zoé Côté', number: '+33611223399', line: null }]);
  });

  it('S23 stops after the batch at hand when the client goes away; the file sent again brings the rest', async () => {
    const rows = Array.from({ length: 1_300 }, (_, i) => `Left ${i},${mobile(50_000 + i)}\n`);
    const headers = { ...CSV, ...(await directory.bearer()) };
    await new Promise<void>((resolve) => {
      const half = request(`${directory.url}/contacts/import`, { method: 'POST', headers }, (response) => {
        let seen = '';
        response.on('data', (piece: Buffer) => {
          seen += piece.toString();
          if (seen.includes('"rows":1000')) half.destroy();
        });
        response.on('error', () => undefined);
        response.on('close', resolve);
      });
      half.on('error', () => undefined);
      half.write(`name,number\n${rows.slice(0, 1_200).join('')}Left 12`); // in the middle of a row, and not at the end
    });
    const again = await send(`name,number\n${rows.join('')}`, headers);
    expect(JSON.parse((await again.text()).trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      ...{ done: true, rows: 1_300, created: 300, updated: 0, unchanged: 1_000, rejected: 0 },
    });
  });

  it('refuses who is nobody, what is no CSV, and a file without columns', async () => {
    const alice = await directory.bearer();
    const refusal = async (body: string, headers: Record<string, string>) => {
      const response = await send(body, headers);
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    expect(await refusal('name,number', CSV)).toEqual([401, 'UNAUTHENTICATED']);
    expect(await refusal('name,number', { ...CSV, ...(await directory.bearer({ sub: 'alice', expiresIn: -5 })) })).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
    expect(await refusal('{}', { 'content-type': 'application/json', ...alice })).toEqual([415, 'BAD_USER_INPUT']);
    expect(await refusal('x', { ...CSV, ...alice, 'content-encoding': 'gzip' })).toEqual([415, 'BAD_USER_INPUT']);
    expect(await refusal('', { ...CSV, ...alice })).toEqual([422, 'INVALID_CSV']);
    expect(await refusal('x'.repeat(2_000_000), { ...CSV, ...alice })).toEqual([422, 'INVALID_CSV']);
  });

  it('refuses a file of more than 256 MiB before it is sent', async () => {
    const headers = { ...CSV, ...(await directory.bearer()), 'content-length': String(256 * 1_024 * 1_024 + 1) };
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${directory.url}/contacts/import`, { method: 'POST', headers }, (answer) => {
        resolve(answer.statusCode);
        sent.destroy();
      });
      sent.once('error', reject).flushHeaders();
    });
    expect(status).toBe(413);
  });
});
