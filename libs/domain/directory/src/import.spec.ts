import { given } from '@cordboard/decider';
import { columnsOf, imports, type Contact, type ImportCommand, type ImportEvent } from './index.ts';

const zoe: Contact = { id: 'new', account: 'demo', name: 'Zoé', e164: '+33612345678', numberId: null };
const row = (o: Partial<Extract<ImportCommand, { type: 'row' }>> = {}): ImportCommand => ({
  type: 'row',
  line: 2,
  id: 'new',
  account: 'demo',
  name: 'Zoé',
  written: '06 12 34 56 78',
  e164: '+33612345678',
  problem: null,
  numberIsValid: true,
  numberId: null,
  earlierLine: null,
  existing: null,
  ...o,
});
const there = (o: Partial<Contact> = {}): Contact => ({ ...zoe, id: 'old', ...o });

describe('a row of an imported file', () => {
  it.each<[string, ImportCommand, ImportEvent]>([
    ['a number that nobody has', row(), { type: 'created', contact: zoe }],
    ['a name with blanks', row({ name: '  Zoé ' }), { type: 'created', contact: zoe }],
    ['one of our Numbers', row({ numberId: 'main' }), { type: 'created', contact: { ...zoe, numberId: 'main' } }],
    ['a contact that is like it', row({ existing: there() }), { type: 'unchanged' }],
    ['a contact of another name', row({ existing: there({ name: 'Zoe' }) }), { type: 'updated', contact: there() }],
    [
      'a number that has become ours',
      row({ existing: there(), numberId: 'main' }),
      { type: 'updated', contact: there({ numberId: 'main' }) },
    ],
    ['an earlier line', row({ earlierLine: 2, line: 7 }), { type: 'rejected', line: 7, reason: '+33612345678 is in line 2 already.' }],
    ['no name', row({ name: ' ' }), { type: 'rejected', line: 2, reason: 'A contact needs a name.' }],
    [
      'no number',
      row({ written: ' ', e164: null, numberIsValid: false }),
      { type: 'rejected', line: 2, reason: 'There is no phone number.' },
    ],
    [
      'a number that cannot exist',
      row({ written: '+3300', e164: '+3300', numberIsValid: false }),
      { type: 'rejected', line: 2, reason: '+3300 is not a phone number that exists.' },
    ],
    [
      'no number at all',
      row({ written: 'call me', e164: null, problem: '"call me" holds "c".', numberIsValid: false }),
      { type: 'rejected', line: 2, reason: expect.stringMatching(/^"call me" holds "c"\. Written without \+/) },
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

describe('the first row of an imported file', () => {
  it.each([
    [['name', 'number'], { name: [0], number: 1 }],
    [['Company', 'PHONE NUMBER', 'Name'], { name: [2], number: 1 }],
    [['Nom', 'Numéro'], { name: [0], number: 1 }],
    [['NUMERO', 'nom'], { name: [1], number: 0 }],
    [['Téléphone', 'Nom', 'Notes'], { name: [1], number: 0 }],
    [['Nom', 'N° de téléphone'], { name: [0], number: 1 }],
    [['phone_number', ' Name '], { name: [1], number: 0 }],
    [['Contact', 'Mobile', 'Phone'], { name: [0], number: 2 }],
    [['Nom', 'Prénom', 'Tél.'], { name: [1, 0], number: 2 }],
    [['First name', 'Last name', 'phone'], { name: [0, 1], number: 2 }],
    [['Name', 'First name', 'phone'], { name: [0], number: 2 }],
  ])('S23 %j tells where name and number are', (header, columns) => {
    expect(columnsOf(header)).toEqual(columns);
  });

  it.each([
    [['name'], 'The first row names no column for the phone number.'],
    [['phone', 'city'], 'The first row names no column for the name.'],
    [['Bob', '+33612345678'], 'The first row names no column for the name and none for the phone number.'],
    [[''], 'The file is empty.'],
  ])('S23 %j is refused with what is expected', (header, message) => {
    expect(columnsOf(header)).toEqual({ refused: 'INVALID_CSV', message, remedy: expect.stringContaining('"name" or "nom"') });
  });
});
