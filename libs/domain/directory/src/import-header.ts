import { refuse, type Refusal } from '@cordboard/decider';
import { plain } from './spelling.ts';

/** Where a file has what. A name may stand in two columns, first name first. */
export interface ImportColumns {
  readonly name: readonly number[];
  readonly number: number;
}

/** What a column may be called, the likeliest first; without accents, case and punctuation. */
const NAME = ['name', 'nom', 'full name', 'nom complet', 'contact name', 'nom du contact', 'display name', 'contact'];
const FIRST_NAME = ['first name', 'firstname', 'given name', 'prenom'];
const LAST_NAME = ['last name', 'lastname', 'surname', 'family name', 'nom de famille', 'nom'];
const NUMBER = [
  'number',
  'phone number',
  'phone',
  'phonenumber',
  'numero',
  'numero de telephone',
  'telephone number',
  'telephone',
  'n de telephone',
  'n tel',
  'tel',
  'mobile',
  'mobile number',
  'mobile phone',
  'portable',
  'e164',
];

/** Finds name and number in the first row of a file of contacts; what else it has is passed over. */
export function columnsOf(header: readonly string[]): ImportColumns | Refusal<'INVALID_CSV'> {
  const called = header.map((title) =>
    plain(title)
      .replace(/[^a-z0-9]+/g, ' ')
      .trim(),
  );
  const find = (names: readonly string[]): number => called.indexOf(names.find((name) => called.includes(name)) ?? 'no such column');
  const [first, last, whole, number] = [find(FIRST_NAME), find(LAST_NAME), find(NAME), find(NUMBER)];
  const name = first >= 0 && last >= 0 ? [first, last] : whole >= 0 ? [whole] : last >= 0 ? [last] : first >= 0 ? [first] : [];
  if (name.length === 0 || number < 0) return noColumns(header, name.length === 0, number < 0);
  return { name, number };
}

const noColumns = (header: readonly string[], noName: boolean, noNumber: boolean): Refusal<'INVALID_CSV'> =>
  refuse(
    'INVALID_CSV',
    header.every((title) => title.trim() === '')
      ? 'The file is empty.'
      : `The first row names no column for the ${noName && noNumber ? 'name and none for the phone number' : noName ? 'name' : 'phone number'}.`,
    'The first row names the columns: one "name" or "nom", one "number", "phone", "numéro" or "téléphone", separated by commas, semicolons or tabs. Others are passed over.',
  );
