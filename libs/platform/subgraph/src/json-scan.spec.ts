import { scan, withoutVariables } from './json-scan.ts';

describe('a JSON text before it is parsed', () => {
  it.each([
    ['{"variables":{"a":[1,{"variables":2}]},"query":"q"}', '{"variables":null,"query":"q"}'],
    ['{ "query" : "q" , "variables" : "a,}\\"b\\\\" }', '{ "query" : "q" , "variables" :null}'],
    ['{"variables":1,"variables":2}', '{"variables":null,"variables":null}'],
    ['{"query":"variables","x":"\\"variables\\":1"}', '{"query":"variables","x":"\\"variables\\":1"}'],
    ['{"extensions":{"variables":1},"variablesX":1,"Variables":1}', '{"extensions":{"variables":1},"variablesX":1,"Variables":1}'],
    ['[{"variables":1}]', '[{"variables":1}]'],
  ])('%s without variables is %s', (text, outline) => {
    const json = Buffer.from(text);
    expect(String(withoutVariables(json, scan(json), 1_000))).toBe(outline);
  });

  it.each(['', '{', '}', '"', '{"variables"', '{"variables":', '{"variables":1', '"variables":1}', '{"variables":"\\', ':,}]'])(
    'that is broken is read to its end: %s',
    (text) => {
      const json = Buffer.from(text);
      expect(String(withoutVariables(json, scan(json), 1_000)).length).toBeLessThanOrEqual(text.length + 4);
    },
  );

  it('has as many values as elements and keys', () => {
    const json = Buffer.from(JSON.stringify({ a: [1, 2, 3], b: { c: 'x,[' } })); // a, three elements, b, c
    expect([scan(json, { mostValues: 6 }).isExcessive, scan(json, { mostValues: 5 }).isExcessive]).toEqual([false, true]);
  });

  it.each([0, 1, 2, 3, 62, 63, 64, 65, 127, 128, 129])(
    'ends a text at its own quote, behind %i bytes and any number of backslashes',
    (n) => {
      for (let backslashes = 0; backslashes < 8; backslashes += 1) {
        const text = `${'x'.repeat(n)}${'\\'.repeat(backslashes)}"${'y'.repeat(70)}`;
        const json = Buffer.from(JSON.stringify({ a: text, variables: text, b: text }));
        expect(String(withoutVariables(json, scan(json), 10_000))).toBe(JSON.stringify({ a: text, variables: null, b: text }));
      }
    },
  );

  it('has no more outside of its texts than it may, and beside its variables', () => {
    const json = Buffer.from('{"variables":"xxxx", "q":1}'); // 10 bytes, the quotes that end texts aside
    expect([scan(json, { mostBare: 10 }).isBare, scan(json, { mostBare: 9 }).isBare]).toEqual([false, true]);
    expect([withoutVariables(json, scan(json), 25), withoutVariables(json, scan(json), 24)]).toEqual([expect.any(Buffer), null]);
  });
});
