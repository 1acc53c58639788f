import { batched } from '@cordboard/platform-subgraph';
import type { CallStore } from '../calls/call.store.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { MediaUrls } from '../media/media-urls.ts';
import type { Voicemails } from './voicemail.handler.ts';

export function voicemailResolvers(voicemails: Voicemails, calls: CallStore, urls: MediaUrls): Resolvers {
  const call = batched((account, ids) => calls.byIds(account, ids));
  return {
    Query: {
      voicemails: (_, { numberId, ...asked }, { identity }) => voicemails.list(identity, numberId ?? null, asked),
      voicemail: (_, { id }, { identity }) => voicemails.one(identity, id),
    },
    Number: {
      voicemails: ({ id }, asked, { identity }) => voicemails.list(identity, id, asked),
    },
    Voicemail: {
      number: ({ numberId }) => ({ id: numberId }),
      // routing may be heard later than telephony: until then the call is one of which nothing is known
      call: async ({ callId, account }, _, { identity }) =>
        (await call(identity, callId)) ?? { id: callId, account, madeBy: null, policy: 'ON_DEMAND' },
      from: ({ sender }) => sender,
      leftAt: ({ leftAt }) => leftAt.toISOString(),
      url: ({ mediaKey }, _, { identity }) => urls.sign(mediaKey, identity),
    },
  };
}
