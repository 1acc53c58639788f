import { isRefusal, type Decider } from '@cordboard/decider';
import { contacts, type Contact } from './contact.ts';

/**
 * A row of a file of contacts, with what was read just before: `e164` is null where `written` is no phone number, for a `problem`,
 * `earlierLine` is where the file has the same number already, `existing` the contact that has it in the account.
 */
export type ImportCommand =
  | {
      readonly type: 'row';
      readonly line: number;
      readonly id: string;
      readonly account: string;
      readonly name: string;
      readonly written: string;
      readonly e164: string | null;
      readonly problem: string | null;
      readonly numberIsValid: boolean;
      readonly numberId: string | null;
      readonly earlierLine: number | null;
      readonly existing: Contact | null;
    }
  | { readonly type: 'unreadable'; readonly line: number; readonly reason: string };

/** What becomes of a row. */
export type ImportEvent =
  | { readonly type: 'created'; readonly contact: Contact }
  | { readonly type: 'updated'; readonly contact: Contact }
  | { readonly type: 'unchanged' }
  | { readonly type: 'rejected'; readonly line: number; readonly reason: string };

/** How many rows became what. */
export type ImportTally = Readonly<Record<ImportEvent['type'], number>>;

/** What a row of an imported file becomes. The same file twice changes nothing the second time: a number is kept once. */
export const imports: Decider<ImportCommand, ImportEvent, ImportTally, never> = {
  initial: { created: 0, updated: 0, unchanged: 0, rejected: 0 },

  decide: (_, command) => {
    const { line } = command;
    const rejected = (reason: string): readonly ImportEvent[] => [{ type: 'rejected', line, reason }];
    if (command.type === 'unreadable') return rejected(command.reason);
    const { id, account, name, written, e164, problem, numberIsValid, numberId, earlierLine, existing } = command;
    const kept = contacts.decide(null, { type: 'save', contact: { id, account, name, e164: e164 ?? written, numberId }, numberIsValid });
    if (isRefusal(kept)) return rejected(e164 === null && kept.refused === 'INVALID_NUMBER' ? unreadable(written, problem) : kept.message);
    if (earlierLine !== null) return rejected(`${e164} is in line ${earlierLine} already.`);
    return kept.flatMap((event): ImportEvent[] => (event.type === 'saved' ? [compared(existing, event.contact)] : []));
  },

  evolve: (tally, { type }) => ({ ...tally, [type]: tally[type] + 1 }),
};

const compared = (existing: Contact | null, wanted: Contact): ImportEvent => {
  if (existing === null) return { type: 'created', contact: wanted };
  const same = existing.name === wanted.name && existing.numberId === wanted.numberId;
  return same ? { type: 'unchanged' } : { type: 'updated', contact: { ...wanted, id: existing.id } };
};

const unreadable = (written: string, problem: string | null): string =>
  written.trim() === ''
    ? 'There is no phone number.'
    : `${problem ?? `"${written.trim().slice(0, 40)}" is not a phone number.`} Written without + and country code it is read in the country of the account's Numbers.`;
