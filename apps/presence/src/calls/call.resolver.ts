import { badInput, batched, forbidden, notFound, refused, type Identity } from '@cordboard/platform-subgraph';
import type { CallResolvers, MutationResolvers } from '../generated/graphql.ts';
import { maySee, type CallHandler } from './call.handler.ts';
import type { CallRow, CallStore } from './call.store.ts';

/** What a resolver is given for a call: what the gateway knows of it, or its row. */
export type CallRef = Pick<CallRow, 'id'> & Partial<CallRow>;

/** An app may be told of a call before its beginning has arrived here: it is waited for, this long at the most, in ms. */
const PATIENCE = 2_000;
/** More tags than this are not looked at. */
const MOST_WRITTEN = 1_000;

/** `nextEvent` resolves when something new was taken into account, or after as many ms. */
export function callResolvers(
  calls: CallStore,
  handler: CallHandler,
  nextEvent: (atMostMs: number) => Promise<void>,
): { Mutation: Pick<MutationResolvers, 'tagCall'>; Call: CallResolvers } {
  const find = batched((account, ids) => calls.byIds(account, ids));
  const visible = (call: CallRow | null | undefined, identity: Identity): CallRow | null => (call && maySee(call, identity) ? call : null);
  const arrives = async (identity: Identity, id: string): Promise<CallRow | null> => {
    for (const end = performance.now() + PATIENCE; performance.now() < end;) {
      await nextEvent(50);
      const call = visible((await calls.byIds(identity.account, [id]))[0], identity);
      if (call) return call;
    }
    return null;
  };
  return {
    Mutation: {
      tagCall: async (_, { callId, tags }, { identity }) => {
        if (tags.length > MOST_WRITTEN) throw badInput(`tags holds ${MOST_WRITTEN} words at most.`);
        const tagged = await handler.tag(identity, callId, tags);
        switch (tagged.is) {
          case 'tagged':
            return { __typename: 'Call', id: callId };
          case 'refused':
            return refused(tagged.refusal);
          case 'forbidden':
            throw forbidden('Only whose call it is, supervisors and administrators tag a call.');
          case 'unknown':
            throw notFound('call');
        }
      },
    },
    Call: {
      __resolveReference: async ({ id }, { identity }) => visible(await find(identity, id), identity) ?? arrives(identity, id),
      tags: async (call, _, { identity }) => [...((await rowOf(call, identity))?.tags ?? [])],
      tagDue: async (call, _, { identity }) => {
        const row = await rowOf(call, identity);
        return row !== null && row.mustHaveTag && row.tags.length === 0;
      },
    },
  };

  /** `tagCall` answers with the id alone: what is asked of it then is what holds now. */
  async function rowOf(call: CallRef, identity: Identity): Promise<CallRow | null> {
    return call.tags === undefined ? visible(await find(identity, call.id), identity) : (call as CallRow);
  }
}
