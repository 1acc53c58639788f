import { given } from '@cordboard/decider';
import { imports, type Contact, type ImportCommand, type ImportedNumber, type ImportEvent } from './index.ts';

const zoe: Contact = { id: 'new', account: 'demo', name: 'Zoé', e164: '+33612345678', numberId: null };
const number = (o: Partial<ImportedNumber> = {}): ImportedNumber => ({
  written: '06 12 34 56 78',
  e164: '+33612345678',
  problem: null,
  isValid: true,
  numberId: null,
  earlierLine: null,
  existing: null,
  ...o,
});
const row = (
  o: Partial<ImportedNumber> & { readonly name?: string; readonly line?: number } = {},
  ...others: readonly ImportedNumber[]
): ImportCommand => {
  const { name = 'Zoé', line = 2, ...first } = o;
  return { type: 'row', line, id: 'new', account: 'demo', name, numbers: [number(first), ...others] };
};
const other = (o: Partial<ImportedNumber> = {}): ImportedNumber => number({ written: '0187000001', e164: '+33187000001', ...o });
const there = (o: Partial<Contact> = {}): Contact => ({ ...zoe, id: 'old', ...o });

describe('a row of an imported file', () => {
  it.each<[string, ImportCommand, ImportEvent]>([
    ['a number that nobody has', row(), { type: 'created', contact: zoe }],
    ['a name with blanks', row({ name: '  Zoé ' }), { type: 'created', contact: zoe }],
    ['one of our Numbers', row({ numberId: 'main' }), { type: 'created', contact: { ...zoe, numberId: 'main' } }],
    ['a contact that is like it', row({ existing: there() }), { type: 'unchanged', contact: there() }],
    ['a contact of another name', row({ existing: there({ name: 'Zoe' }) }), { type: 'updated', contact: there() }],
    [
      'a number that has become ours',
      row({ existing: there(), numberId: 'main' }),
      { type: 'updated', contact: there({ numberId: 'main' }) },
    ],
    ['an earlier line', row({ earlierLine: 2, line: 7 }), { type: 'rejected', line: 7, reason: '+33612345678 is in line 2 already.' }],
    ['no name', row({ name: ' ' }), { type: 'rejected', line: 2, reason: 'A contact needs a name.' }],
    ['no number', row({ written: ' ', e164: null, isValid: false }), { type: 'rejected', line: 2, reason: 'There is no phone number.' }],
    [
      'a number that cannot exist',
      row({ written: '+3300', e164: '+3300', isValid: false }),
      { type: 'rejected', line: 2, reason: '+3300 is not a phone number that exists.' },
    ],
    [
      'no number at all',
      row({ written: 'call me', e164: null, problem: '"call me" holds "c".', isValid: false }),
      { type: 'rejected', line: 2, reason: expect.stringMatching(/^"call me" holds "c"\. Written without \+/) },
    ],
    [
      'no number in any column',
      { type: 'row', line: 2, id: 'new', account: 'demo', name: 'Zoé', numbers: [] },
      { type: 'rejected', line: 2, reason: 'There is no phone number.' },
    ],
    [
      'a number that cannot exist, and one that can',
      row({ isValid: false }, other()),
      { type: 'created', contact: { ...zoe, e164: '+33187000001' } },
    ],
    ['two numbers', row({}, other()), { type: 'created', contact: zoe }],
    [
      'two numbers, the first of an earlier line',
      row({ earlierLine: 2, line: 7 }, other()),
      { type: 'created', contact: { ...zoe, e164: '+33187000001' } },
    ],
    [
      'two numbers of earlier lines',
      row({ earlierLine: 2, line: 7 }, other({ earlierLine: 3 })),
      { type: 'rejected', line: 7, reason: '+33612345678 is in line 2 already.' },
    ],
    ['unreadable', { type: 'unreadable', line: 9, reason: 'why' }, { type: 'rejected', line: 9, reason: 'why' }],
  ])('S23 %s', (_, command, event) => {
    given(imports)().when(command).then(event);
  });

  it('S23 is counted as what it became', () => {
    const past = [row(), row({ existing: there() }), row({ existing: there({ name: 'Zoe' }) }), row({ name: '' }), row({ earlierLine: 2 })];
    expect(given(imports)(...past).state).toEqual({ created: 1, unchanged: 1, updated: 1, rejected: 2 });
  });
});
