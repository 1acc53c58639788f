import { refuse, type Refusal } from '@cordboard/decider';
import { isMachine, isPhoneTitle, labelTitlesOf, namePartOf, wordsOfTitle, type NamePart } from './import-titles.ts';
import { plain } from './spelling.ts';

/** Where a file has what: places of columns, counted from 0. */
export interface ImportColumns {
  readonly titles: readonly string[];
  /** What a name is made of. Of columns that were chosen by hand it is all that they hold, in their order. */
  readonly name: { readonly chosen: readonly number[] } | Readonly<Record<NamePart, readonly number[]>>;
  /** Columns of phone numbers in the order in which they are tried, each with the column that says what kind of number it is. */
  readonly numbers: readonly { readonly at: number; readonly label: number | null }[];
}

/** Which columns somebody chose by hand: their titles or places, counted from 1; null: they are recognized. */
export interface ChosenColumns {
  readonly name: readonly string[] | null;
  readonly number: readonly string[] | null;
}

/** How a file was read: titles of the columns of names, of phone numbers, and of those that were passed over. */
export interface ColumnReport {
  readonly name: readonly string[];
  readonly number: readonly string[];
  readonly ignored: readonly string[];
}

/** Finds names and numbers by the titles in the first row of a file of contacts. */
export function columnsOf(header: readonly string[], chosen: ChosenColumns | null = null): ImportColumns | Refusal<'INVALID_CSV'> {
  const titles = header.map((title) => title.replace(/\s+/gu, ' ').trim());
  if (titles.every((title) => title === '')) return refuse('INVALID_CSV', 'The file is empty.', EXPECTED);
  if (/^BEGIN:VCARD$/i.test(titles[0] ?? ''))
    return refuse('INVALID_CSV', 'The file is a vCard.', `Export the contacts as CSV. ${EXPECTED}`);
  const unknown = [...(chosen?.name ?? []), ...(chosen?.number ?? [])].filter((column) => placeOf(titles, column) === null);
  if (unknown.length > 0) return refuse('INVALID_CSV', `The first row has no column ${quoted(unknown)}.`, `It has ${quoted(titles)}.`);
  const places = (columns: readonly string[]): number[] => columns.flatMap((column) => placeOf(titles, column) ?? []);
  const name = chosen?.name?.length ? { chosen: places(chosen.name) } : namesIn(titles);
  const numbers = chosen?.number?.length
    ? places(chosen.number).map((at) => ({ at, label: null }))
    : phonesIn(titles, name).map((at) => ({ at, label: labelOf(titles, at) }));
  const [noName, noNumber] = [Object.values(name).flat().length === 0, numbers.length === 0];
  return noName || noNumber ? noColumns(titles, noName, noNumber) : { titles, name, numbers };
}

/** Which columns are used, and which are not. A column that says what kind of number another has is used for that alone. */
export function reportOf({ titles, name, numbers }: ImportColumns): ColumnReport {
  const named = new Set(Object.values(name).flat());
  const numbered = new Set(numbers.map(({ at }) => at));
  const among = (places: ReadonlySet<number>): string[] => titles.filter((_, at) => places.has(at));
  return {
    name: among(named),
    number: among(numbered),
    ignored: titles.filter((title, at) => title !== '' && !named.has(at) && !numbered.has(at)),
  };
}

/** The name of a row: as it is displayed, else its parts, else what stands for a person without a name: a nickname, or the company. */
export function nameIn(fields: readonly string[], { name }: ImportColumns): string {
  const texts = (places: readonly number[]): string[] => places.flatMap((at) => fields[at]?.trim() || []);
  if ('chosen' in name) return texts(name.chosen).join(' ');
  const [display] = texts(name.display);
  if (display !== undefined) return display;
  const [prefix, first, middle, last, suffix] = [name.prefix, name.first, name.middle, name.last, name.suffix].map(texts) as string[][];
  const [whole] = texts(name.name);
  // "Nom" beside "Prénom" and "Name" beside "Vorname" is the family name, "Nombre" beside "Apellidos" the first one
  const missing = (parts: readonly string[] | undefined): readonly string[] =>
    whole === undefined ? (parts ?? []) : (parts ?? []).filter((part) => !` ${plain(whole)} `.includes(` ${plain(part)} `));
  const isWhole = name.first.length > 0 && name.last.length > 0;
  const parts =
    whole === undefined
      ? [prefix, first, middle, last, suffix].flatMap((part) => part ?? [])
      : isWhole
        ? [whole]
        : [
            ...missing(first),
            ...(name.first.length > 0 ? missing(middle) : []),
            whole,
            ...(name.first.length > 0 ? [] : missing(middle)),
            ...missing(last),
          ];
  if (parts.length > 0) return parts.join(' ');
  return texts(name.nickname)[0] ?? texts(name.company)[0] ?? '';
}

/** What a row has in its columns of phone numbers, in their order, without those of machines. */
export const numbersIn = (fields: readonly string[], { numbers }: ImportColumns): readonly string[] =>
  numbers.flatMap(({ at, label }) => {
    const written = fields[at] ?? '';
    return written.trim() === '' || (label !== null && isMachine(fields[label] ?? '')) ? [] : [written];
  });

function namesIn(titles: readonly string[]): Readonly<Record<NamePart, readonly number[]>> {
  const parts: Record<NamePart, { at: number; rank: number }[]> = {
    ...{ display: [], name: [], prefix: [], first: [], middle: [], last: [], suffix: [], nickname: [], company: [] },
  };
  for (const [at, title] of titles.entries()) {
    const found = namePartOf(title);
    if (found) parts[found.part].push({ at, rank: found.rank });
  }
  const inOrder = (places: readonly { at: number; rank: number }[]): number[] =>
    places.toSorted((a, b) => a.rank - b.rank || a.at - b.at).map(({ at }) => at);
  const inFile = (places: readonly { at: number }[]): number[] => places.map(({ at }) => at);
  return {
    display: inOrder(parts.display),
    name: inOrder(parts.name),
    prefix: inFile(parts.prefix),
    first: inFile(parts.first).slice(0, 1),
    middle: inFile(parts.middle),
    last: inFile(parts.last),
    suffix: inFile(parts.suffix),
    nickname: inOrder(parts.nickname),
    company: inOrder(parts.company),
  };
}

function phonesIn(titles: readonly string[], name: ImportColumns['name']): readonly number[] {
  const named = new Set(Object.values(name).flat());
  return titles.flatMap((title, at) => (!named.has(at) && isPhoneTitle(title) ? [at] : []));
}

function labelOf(titles: readonly string[], at: number): number | null {
  const wanted = labelTitlesOf(titles[at] ?? '');
  const found = titles.findIndex((title) => wanted.includes(wordsOfTitle(title).join(' ')));
  return found < 0 ? null : found;
}

/** A column by its title, as people write it, or by its place, counted from 1. */
function placeOf(titles: readonly string[], column: string): number | null {
  const [exact, alike] = [titles.indexOf(column.trim()), titles.findIndex((title) => title !== '' && plain(title) === plain(column))];
  if (exact >= 0 || alike >= 0) return exact >= 0 ? exact : alike;
  const place = /^\d{1,4}$/.test(column.trim()) ? Number(column) : 0;
  return place >= 1 && place <= titles.length ? place - 1 : null;
}

const EXPECTED =
  'The first row names the columns: one "name" or "nom", one "number", "phone", "numéro" or "téléphone", separated by commas, semicolons or tabs. Others are passed over. Columns of other names can be chosen: `columns`.';
const MAX_SHOWN = 30;
const quoted = (titles: readonly string[]): string => {
  const shown = titles.filter((title) => title !== '').slice(0, MAX_SHOWN);
  return shown.map((title) => `"${[...title].slice(0, 40).join('')}"`).join(', ');
};

const noColumns = (titles: readonly string[], noName: boolean, noNumber: boolean): Refusal<'INVALID_CSV'> =>
  refuse(
    'INVALID_CSV',
    `The first row names no column for the ${noName && noNumber ? 'name and none for the phone number' : noName ? 'name' : 'phone number'}. It has ${quoted(titles)}.`,
    EXPECTED,
  );
