import { controlOf, whyLocked } from '@cordboard/domain-recording';
import { batched } from '@cordboard/platform-subgraph';
import type { Resolvers } from '../generated/graphql.ts';
import type { CallStore } from './call.store.ts';

export function callResolvers(calls: CallStore): Resolvers {
  const find = batched((account, ids) => calls.byIds(account, ids));
  return {
    Call: {
      __resolveReference: ({ id }, { identity }) => find(identity, id),
      recording: (call) => call,
    },
    CallRecording: {
      state: () => 'OFF',
      control: controlOf,
      lockedBecause: (call) => whyLocked(controlOf(call)),
    },
  };
}
