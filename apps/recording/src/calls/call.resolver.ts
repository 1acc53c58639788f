import { controlOf, whyLocked } from '@cordboard/domain-recording';
import { batched } from '@cordboard/platform-subgraph';
import type { Resolvers } from '../generated/graphql.ts';
import type { CallStore, RecordedCall } from './call.store.ts';

/** An app may be told of a call before its beginning has arrived here: it is waited for, this long at the most, in ms. */
const PATIENCE = 2_000;

/** `nextEvent` resolves when something new was taken into account, or after as many ms. */
export function callResolvers(calls: CallStore, nextEvent: (atMostMs: number) => Promise<void>): Resolvers {
  const find = batched((account, ids) => calls.byIds(account, ids));
  const arrives = async (account: string, id: string): Promise<RecordedCall | null> => {
    for (const end = performance.now() + PATIENCE; performance.now() < end;) {
      await nextEvent(50);
      const call = (await calls.byIds(account, [id])).find((row) => row.id === id);
      if (call) return call;
    }
    return null;
  };
  return {
    Call: {
      __resolveReference: async ({ id }, { identity }) => (await find(identity, id)) ?? arrives(identity.account, id),
      recording: (call) => call,
    },
    CallRecording: {
      state: () => 'OFF',
      control: controlOf,
      lockedBecause: (call) => whyLocked(controlOf(call)),
    },
  };
}
