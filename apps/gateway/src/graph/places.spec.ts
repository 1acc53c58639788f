import { getLocation, Source } from 'graphql';
import { Places } from './places.ts';

describe('Places of a text', () => {
  it('are those that graphql-js names', () => {
    const text = '{\n\n  me {\r\n a\r\r\n\n}\n';
    const places = new Places(text);
    for (let position = 0; position <= text.length; position += 1) {
      if (text.slice(position - 1, position + 1) === '\r\n') continue; // nothing begins inside an end of a line
      expect(places.of(position)).toEqual(getLocation(new Source(text), position));
    }
  });

  it('are found by reading the text once, however many are asked for', () => {
    const places = new Places('\n'.repeat(60_000));
    for (let position = 0; position < 30; position += 1) places.of(60_000 - position);
    expect(places.read).toBe(60_000);
  });
});
