import { countCharacters, firstCharacters, isVisible, messageIdOf } from './index.ts';

it.each([
  ['', 0],
  ['abc', 3],
  ['é', 1],
  ['🙂🙂', 2],
  ['a\u0301', 2],
])('%j has %i characters', (text, count) => expect(countCharacters(text)).toBe(count));

it.each([
  ['🙂🙂🙂', 2, '🙂🙂'],
  ['abc', 5, 'abc'],
  ['abc', 0, ''],
])('of %j the first %i characters are %j', (text, count, first) => expect(firstCharacters(text, count)).toBe(first));

it.each([
  ['', false],
  [' \t\u00A0\u3000', false],
  ['\u200B\u200D\uFEFF\u2060\u00AD', false],
  ['\u2800', false],
  ['\u3164', false],
  ['\uFE0F', false],
  ['a', true],
  ['🙂', true],
  ['é', true],
  ['\u200Bx', true],
])('%j is visible: %s', (text, visible) => expect(isVisible(text)).toBe(visible));

describe('the id of a message', () => {
  const greeting = { text: 'Bonjour.', language: 'fr', file: null };
  it('is the same for the same, and another for another text, language or file', () => {
    const all = [greeting, { ...greeting, text: 'Bonsoir.' }, { ...greeting, language: null }, { ...greeting, file: { id: 'f1' } }].map(
      messageIdOf,
    );
    expect(new Set(all).size).toBe(all.length);
    expect(messageIdOf({ ...greeting })).toBe(all[0]);
    expect(all.at(-1)).toBe('f1');
  });

  it('is none where what is usual is heard', () => expect(messageIdOf({ ...greeting, text: null })).toBeNull());
});
