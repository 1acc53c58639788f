import { csvRecords, type CsvRecord } from './csv.ts';
import { decoded } from './decoded.ts';

async function* pieces<T extends string | Uint8Array>(whole: T, size: number): AsyncGenerator<T> {
  for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size) as T;
}
/** As `line: field|field`, or `line! why`; whole and in pieces of one, two and seven letters it must read the same. */
async function read(text: string): Promise<string[]> {
  const readIn = async (size: number): Promise<string[]> => {
    const seen: CsvRecord[] = [];
    for await (const record of csvRecords(pieces(text, size))) seen.push(record);
    return seen.map((record) =>
      'fields' in record ? `${record.line}: ${record.fields.join('|')}` : `${record.line}! ${record.unreadable}`,
    );
  };
  const [whole, ...others] = await Promise.all([readIn(text.length || 1), readIn(1), readIn(2), readIn(7)]);
  for (const other of others) expect(other).toEqual(whole);
  return whole;
}
const BROKEN = expect.stringMatching(/quotes of this row/);

describe('a CSV file', () => {
  it.each<[string, string, unknown[]]>([
    ['nothing', '', []],
    ['blank lines alone', '\n \r\n\n', []],
    ['commas', 'a,b\nc,d\n', ['1: a|b', '2: c|d']],
    ['semicolons', 'a;b\nc,x;d', ['1: a|b', '2: c,x|d']],
    ['tabs', 'a\tb\r\nc\td', ['1: a|b', '2: c|d']],
    ['old line ends', 'a,b\rc,d\r', ['1: a|b', '2: c|d']],
    ['mixed line ends', 'a,b\r\nc,d\ne,f\rg,h', ['1: a|b', '2: c|d', '3: e|f', '4: g|h']],
    ['a byte order mark', '\uFEFFa,b\nc,d', ['1: a|b', '2: c|d']],
    ['bars', 'a|b\nc|d', ['1: a|b', '2: c|d']],
    ['a line that says what separates fields', 'sep=;\r\na,x;b\r\nc;d', ['2: a,x|b', '3: c|d']],
    ['the same behind a byte order mark, in quotes', '\uFEFF"sep=\t"\na\tb,c\n', ['2: a|b,c']],
    ['quotes', '"a","b ""x"" c"\n"d,e",""\n', ['1: a|b "x" c', '2: d,e|']],
    ['a quoted header with another delimiter in it', '"a,b,c";d\ne;f', ['1: a,b,c|d', '2: e|f']],
    ['blanks around quotes', 'a, "b" ,c', ['1: a|b|c']],
    ['blanks around fields', ' a\t, b \n  \n', ['1: a|b']],
    ['tabs and nothing between them', 'a\tb\tc\n\t\t"d"\t\n', ['1: a|b|c', '2: ||d|']],
    ['fields of blanks', 'a,b\n" ","\n"\nc,d', ['1: a|b', '4: c|d']],
    ['text behind a quote and a blank', 'a,b\n"c" x,d\ne,f', ['1: a|b', expect.stringMatching(/^2! The quotes/), '3: e|f']],
    ['quotes inside unquoted fields', 'a,b "x" c\n', ['1: a|b "x" c']],
    ['line breaks in quotes', 'a,b\r\n"c\r\nd\ne",f\r\ng,h', ['1: a|b', '2: c\r\nd\ne|f', '5: g|h']],
    ['empty lines and empty fields', 'a,b\n\n\r\n,,\nc,d\n', ['1: a|b', '5: c|d']],
    ['too few and too many fields', 'a,b\nc\nd,e,f', ['1: a|b', '2: c', '3: d|e|f']],
    ['letters beyond the first planes', 'a,😀\né,ß', ['1: a|😀', '2: é|ß']],
    ['text behind a quote', 'a,b\n"c"x,d\ne,f', ['1: a|b', expect.stringMatching(/^2! The quotes of this row/), '3: e|f']],
    [
      'a quote that the next rows close',
      'a,b\n"c,d\n"e",f\ng,h\n',
      ['1: a|b', expect.stringMatching(/^2! The quotes/), '3: e|f', '4: g|h'],
    ],
    ['a quote that is never closed', 'a,b\n"c,d\re,f\r', ['1: a|b', expect.stringMatching(/^2! The quotes/), '3: e|f']],
  ])('with %s', async (_, text, records) => {
    expect(await read(text)).toEqual(records);
  });

  it('of many rows is read the same, however it is cut', async () => {
    const rowsOf = (i: number): string[] => [`é😀,${i}\r\n`, `"c\r\n${i}\n","d ""e"""\r`, `"open,${i}\n`, `"f"g,${i}\r\n`, '\n'];
    const rows = Array.from({ length: 9_004 }, (_, i) => rowsOf(i)[i % 7] ?? `h,${i}\n`);
    const records = await read(`a,b\n${rows.join('')}`);
    expect(records.slice(1, 6)).toEqual(['2: é😀|0', '3: c\r\n1\n|d "e"', BROKEN, BROKEN, '9: h|5']);
    expect(records.filter((record) => /^\d+!/.test(record))).toHaveLength(2 * 1_286);
    expect(records.at(-1)).toBe('11577: c\r\n9003\n|d "e"');
  });

  it('with a row without end is read on behind it', async () => {
    const records: CsvRecord[] = [];
    const long = `a,b\n${'x'.repeat(100_000)}\nc,d\n"${'y\n'.repeat(20_000)}",e\nf,g`;
    for await (const record of csvRecords(pieces(long, 10_000))) records.push(record);
    expect(records.slice(0, 4)).toMatchObject([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, unreadable: expect.stringMatching(/longer than 32768/) },
      { line: 3, fields: ['c', 'd'] },
      { line: 4, unreadable: expect.stringMatching(/longer than 32768/) },
    ]);
    expect(records.at(-1)).toMatchObject({ line: 20_005, fields: ['f', 'g'] });
    expect(records.at(-2)).toMatchObject({ line: 20_004, unreadable: BROKEN });
  });

  it('of a megabyte of junk is read to its end while others get their turn', async () => {
    const junk = Array.from({ length: 1_000_000 }, (_, i) => String.fromCharCode((i * 7_919 + (i >> 7)) % 127)).join('');
    let lines = 0;
    for await (const { line } of csvRecords(pieces(junk, 65_536))) {
      lines = line;
      if (line % 100 === 0) await new Promise(setImmediate); // so that the bound of a test's time ends a reader that looks at everything again with every line
    }
    expect(lines).toBeGreaterThan(1_000);
  });

  it('gives the text of each record as it stands there', async () => {
    const texts: string[] = [];
    for await (const { text } of csvRecords(pieces('a,b\n"c\nd", e \r\n"f"g,h\n\né,ß', 3))) texts.push(text());
    expect(texts).toEqual(['a,b', '"c\nd", e ', '"f"g,h', 'é,ß']);
  });

  it('is let go of when nobody reads on', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield 'a,b\n';
      } finally {
        closed = true;
      }
    }
    for await (const { line } of csvRecords(endless())) if (line === 3) break;
    expect(closed).toBe(true);
  });
});

describe('the letters of a file', () => {
  const utf16be = Buffer.from('\uFEFFZoé', 'utf16le').swap16();
  it.each([
    ['UTF-8', Buffer.from('Zoé 😀 Ünal'), 'Zoé 😀 Ünal'],
    ['UTF-8 with a mark', Buffer.from('\uFEFFZoé'), '\uFEFFZoé'],
    ['UTF-16', Buffer.from('\uFEFFZoé', 'utf16le'), 'Zoé'],
    ['UTF-16, the other way round', utf16be, 'Zoé'],
    ['UTF-16 without a mark', Buffer.from('Zoé', 'utf16le'), 'Zoé'],
    ['UTF-16 without a mark, the other way round', utf16be.subarray(2), 'Zoé'],
    ['Windows-1252', Buffer.from('Numéro;Zoé', 'latin1'), 'Numéro;Zoé'],
    ['Windows-1252 to its last letter', Buffer.from('name;Zoé', 'latin1'), 'name;Zoé'],
    ['ASCII', Buffer.from('a,b'), 'a,b'],
    ['one letter', Buffer.from('a'), 'a'],
    ['nothing', Buffer.from(''), ''],
    ['UTF-8 with a broken letter later on', Buffer.concat([Buffer.from('é'), Buffer.from([0xff]), Buffer.from('a')]), 'é\uFFFDa'],
  ])('of %s', async (name, bytes, text) => {
    for (const size of name.startsWith('UTF-8 with a broken') ? [2] : [1, 2, 3, 100]) {
      let seen = '';
      for await (const piece of decoded(pieces<Uint8Array>(bytes, size))) seen += piece;
      expect(seen.replace(/^\uFEFF/, '')).toBe(text.replace(/^\uFEFF/, ''));
    }
  });
});
