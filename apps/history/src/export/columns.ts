import type { TransferRecord } from '@cordboard/domain-history';
import type { Language } from '@cordboard/platform-subgraph';
import type { CallRow } from '../records/record.store.ts';
import { wholeSeconds } from '../records/seconds.store.ts';

/** A row of the history with what its export says of other things: names and transfers. */
export interface ExportedRow {
  readonly call: CallRow;
  readonly transfers: readonly TransferRecord[];
  readonly agent: string | null;
  readonly callerAgent: string | null;
  readonly line: string | null;
  readonly entryNumber: string | null;
}

/** The transfer that carried the caller on, else the last that was tried. */
const last = ({ transfers }: ExportedRow): TransferRecord | undefined =>
  transfers.find(({ status }) => status === 'COMPLETED') ?? transfers.at(-1);

/** Each column's names, and what stands in it. New columns come last: who reads by position goes on reading right. */
const COLUMNS: readonly (readonly [en: string, fr: string, cell: (row: ExportedRow) => string | number | null])[] = [
  ['Call', 'Appel', ({ call }) => call.id],
  ['Conversation', 'Conversation', ({ call }) => call.conversationId],
  ['Direction', 'Sens', ({ call }) => call.direction],
  ['Outcome', 'Issue', ({ call }) => call.outcome],
  ['Started at', 'Début', ({ call }) => call.startedAt],
  ['Answered at', 'Décroché', ({ call }) => call.answeredAt],
  ['Ended at', 'Fin', ({ call }) => call.endedAt],
  ['Caller', 'Appelant', ({ call }) => call.caller ?? call.callerText],
  ['Calling colleague', 'Collègue appelant', ({ callerAgent }) => callerAgent],
  ['Agent', 'Agent', ({ agent }) => agent],
  ['Agent id', 'Identifiant de l’agent', ({ call }) => call.agentId],
  ['Line', 'Ligne', ({ line }) => line],
  ['Entry number', 'Numéro d’entrée', ({ entryNumber }) => entryNumber],
  ['Ring seconds', 'Sonnerie (s)', ({ call }) => wholeSeconds(call.clock.ringMs)],
  ['Talk seconds', 'Conversation (s)', ({ call }) => wholeSeconds(call.clock.talkMs)],
  ['Hold seconds', 'Attente (s)', ({ call }) => wholeSeconds(call.clock.holdMs)],
  ['Wrap-up seconds', 'Post-appel (s)', ({ call }) => wholeSeconds(call.wrapUpMs)],
  ['Tags', 'Étiquettes', ({ call }) => call.tags.join('; ')],
  ['Transfers', 'Transferts', ({ transfers }) => transfers.length],
  ['Transfer mode', 'Mode du transfert', (row) => last(row)?.mode ?? null],
  ['Transfer target', 'Cible du transfert', (row) => last(row)?.target.label ?? null],
  ['Transfer target kind', 'Type de cible', (row) => last(row)?.target.kind ?? null],
  ['Transfer status', 'État du transfert', (row) => last(row)?.status ?? null],
  ['Transfer end reason', 'Raison de fin du transfert', (row) => last(row)?.endReason ?? null],
  ['Made by transfer', 'Issu du transfert', ({ call }) => call.viaTransferId],
];

export const headerOf = (language: Language): readonly string[] => COLUMNS.map(([en, fr]) => (language === 'fr' ? fr : en));
export const cellsOf = (row: ExportedRow): readonly (string | number | null)[] =>
  COLUMNS.map(([, , cell]) => {
    const value = cell(row);
    return typeof value === 'string' ? defused(value) : value;
  });

/**
 * What a spreadsheet would run as a formula (CWE-1236) is text behind an apostrophe. A phone number in E.164 is left as it is: digits
 * compute nothing, and programs look it up.
 */
export const defused = (cell: string): string =>
  /^[\s\0]*[=+\-@\t\r＝＋－＠]/.test(cell) && !/^\+\d{1,15}$/.test(cell) ? `'${cell}` : cell;
