import { isRefusal, type Decider } from '@cordboard/decider';
import { contacts, type Contact } from './contact.ts';

/** A phone number of a row with what was read just before of it; `e164` is null where `written` is none, for a `problem`. */
export interface ImportedNumber {
  readonly written: string;
  readonly e164: string | null;
  readonly problem: string | null;
  readonly isValid: boolean;
  readonly numberId: string | null;
  /** Where the file has the same number already. */
  readonly earlierLine: number | null;
  /** The contact that has it in the account. */
  readonly existing: Contact | null;
}

/** A row of a file of contacts: all its numbers, in the order in which they are tried. */
export type ImportCommand =
  | {
      readonly type: 'row';
      readonly line: number;
      readonly id: string;
      readonly account: string;
      readonly name: string;
      readonly numbers: readonly ImportedNumber[];
    }
  | { readonly type: 'unreadable'; readonly line: number; readonly reason: string };

/** What becomes of a row. */
export type ImportEvent =
  | { readonly type: 'created'; readonly contact: Contact }
  | { readonly type: 'updated'; readonly contact: Contact }
  | { readonly type: 'unchanged'; readonly contact: Contact }
  | { readonly type: 'rejected'; readonly line: number; readonly reason: string };

/** How many rows became what. */
export type ImportTally = Readonly<Record<ImportEvent['type'], number>>;

const NO_NUMBER: ImportedNumber = {
  ...{ written: '', e164: null, problem: null, isValid: false, numberId: null, earlierLine: null, existing: null },
};

/**
 * What a row of an imported file becomes: one contact, of the first of its numbers that can be called and that no earlier line has. The
 * same file twice changes nothing the second time: a number is kept once.
 */
export const imports: Decider<ImportCommand, ImportEvent, ImportTally, never> = {
  initial: { created: 0, updated: 0, unchanged: 0, rejected: 0 },

  decide: (_, command) => {
    const { line } = command;
    const rejected = (reason: string): readonly ImportEvent[] => [{ type: 'rejected', line, reason }];
    if (command.type === 'unreadable') return rejected(command.reason);
    const { id, account, name } = command;
    const { written, e164, problem, isValid, numberId, earlierLine, existing } = chosen(command.numbers);
    const kept = contacts.decide(null, {
      type: 'save',
      contact: { id, account, name, e164: e164 ?? written, numberId },
      numberIsValid: isValid,
    });
    if (isRefusal(kept)) return rejected(e164 === null && kept.refused === 'INVALID_NUMBER' ? unreadable(written, problem) : kept.message);
    if (earlierLine !== null) return rejected(`${e164} is in line ${earlierLine} already.`);
    return kept.flatMap((event): ImportEvent[] => (event.type === 'saved' ? [compared(existing, event.contact)] : []));
  },

  evolve: (tally, { type }) => ({ ...tally, [type]: tally[type] + 1 }),
};

/** The number that a row is kept by; where none can be, the one that says why. */
const chosen = (numbers: readonly ImportedNumber[]): ImportedNumber =>
  numbers.find(({ isValid, earlierLine }) => isValid && earlierLine === null) ??
  numbers.find(({ isValid }) => isValid) ??
  numbers[0] ??
  NO_NUMBER;

const compared = (existing: Contact | null, wanted: Contact): ImportEvent => {
  if (existing === null) return { type: 'created', contact: wanted };
  const same = existing.name === wanted.name && existing.numberId === wanted.numberId;
  return same ? { type: 'unchanged', contact: existing } : { type: 'updated', contact: { ...wanted, id: existing.id } };
};

const unreadable = (written: string, problem: string | null): string =>
  written.trim() === ''
    ? 'There is no phone number.'
    : `${problem ?? `"${written.trim().slice(0, 40)}" is not a phone number.`} Written without + and country code it is read in the country of the account's Numbers.`;
