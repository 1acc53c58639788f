import { readPhoneNumber, shortDigits } from '@cordboard/phone-number';
import { badInput, batched, connection, page, seesAll, type Connection, type Identity } from '@cordboard/platform-subgraph';
import type { DirectoryStore } from '../directory/directory.store.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { CallRow, RecordStore } from './record.store.ts';
import { wholeSeconds } from './seconds.store.ts';
import type { RowFilter, RowsWanted } from './wanted.store.ts';

/** A page, and all that it is a page of. */
export type Page = Connection<CallRow> & { readonly of: RowsWanted };

export function recordResolvers(
  records: RecordStore,
  directory: DirectoryStore,
): Omit<Resolvers, 'Query'> & { Query: Pick<NonNullable<Resolvers['Query']>, 'callHistory'> } {
  const find = {
    call: batched((account, ids) => records.byIds(account, ids)),
    transfer: batched((account, ids) => records.transfersByIds(account, ids)),
    transfersOf: batched((account, ids) => records.transfersOf(account, ids)),
    attemptsForCall: batched((account, ids) => records.attemptsFor('call_id', account, ids)),
    attemptsForTransfer: batched((account, ids) => records.attemptsFor('transfer_id', account, ids)),
  };
  return {
    Query: {
      callHistory: async (_, { filter, first, after }, { identity }) => {
        const asked = page({ first, after }, { list: 'callHistory', parts: ['time', 'text'] });
        const of = await wantedBy(identity, filter ?? {}, directory);
        const rows = await records.list(of, asked.after, asked.limit);
        return { ...connection(rows, { ...asked, place: (row) => [row.startedAt, row.id], node: (row) => row }), of };
      },
    },
    CallRecordConnection: { totalCount: ({ of }) => records.count(of) },
    CallRecord: {
      __resolveReference: async ({ id }, { identity }) => readable(identity, await find.call(identity, id)),
      callerAgent: (row) => stub(row.callerAgentId),
      line: (row) => stub(row.lineId),
      entryNumber: (row) => stub(row.entryNumberId),
      agent: (row) => stub(row.agentId),
      talkSeconds: (row) => wholeSeconds(row.clock.talkMs),
      holdSeconds: (row) => wholeSeconds(row.clock.holdMs),
      ringSeconds: (row) => wholeSeconds(row.clock.ringMs),
      wrapUpSeconds: (row) => wholeSeconds(row.wrapUpMs),
      transfers: async (row, _, { identity }) => (await find.transfersOf(identity, row.id))?.transfers ?? [],
      viaTransfer: (row, _, { identity }) => find.transfer(identity, row.viaTransferId),
      attempts: async (row, _, { identity }) => (await find.attemptsForCall(identity, row.id))?.attempts ?? [],
    },
    TransferRecord: {
      transferor: (transfer) => ({ id: transfer.transferorId }),
      takenBy: (transfer) => stub(transfer.targetAgentId),
      attempts: async (transfer, _, { identity }) => (await find.attemptsForTransfer(identity, transfer.id))?.attempts ?? [],
    },
    TransferRecordTarget: {
      agent: (target) => stub(target.agentId),
      team: (target) => stub(target.teamId),
      number: (target) => stub(target.numberId),
      contact: (target) => stub(target.contactId),
    },
    OfferRecord: { agent: (offer) => ({ id: offer.agentId }) },
  };
}

/** What somebody who asks for these rows may be shown: agents their own, supervisors all of the account. */
export const wantedBy = async (identity: Identity, filter: RowFilter, directory: DirectoryStore): Promise<RowsWanted> => ({
  account: identity.account,
  participant: seesAll(identity) ? null : identity.agentId,
  members: filter.teamId ? ((await directory.membersOf(identity.account, filter.teamId)) ?? []) : null,
  filter: filter.caller ? { ...filter, caller: await numberMeant(filter.caller, identity.account, directory) } : filter,
});

/** The number by which a call is kept, in whatever writing it is asked for. @throws GraphQLError BAD_USER_INPUT, saying what is wrong */
async function numberMeant(written: string, account: string, directory: DirectoryStore): Promise<string> {
  const read = readPhoneNumber(written, await directory.homeCountry(account));
  if (!('problem' in read)) return read.e164;
  const short = shortDigits(written);
  if (short === null) throw badInput(read.problem);
  return short;
}

/** The row, where the asker took part in its call or sees all of the account. */
const readable = (identity: Identity, row: CallRow | null): CallRow | null =>
  row && (seesAll(identity) || row.participants.includes(identity.agentId)) ? row : null;
/** A thing of the directory, by its id alone. */
const stub = (id: string | null): { id: string } | null => (id === null ? null : { id });
