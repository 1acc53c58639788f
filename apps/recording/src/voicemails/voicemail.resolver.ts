import { WITHHELD } from '@cordboard/phone-number';
import { batched, isE164 } from '@cordboard/platform-subgraph';
import { unknownCall, type CallStore } from '../calls/call.store.ts';
import type { Addresses } from '../media/addresses.handler.ts';
import type { Voicemails } from './voicemail.handler.ts';
import type { Part } from '../parts.ts';

export function voicemailResolvers(voicemails: Voicemails, calls: CallStore, addresses: Addresses): Part {
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
      call: async ({ callId, account }, _, { identity }) => (await call(identity, callId)) ?? unknownCall(account, callId),
      from: ({ sender }) => (isE164(sender) ? sender : null),
      callerText: ({ sender }) => (isE164(sender) ? null : WITHHELD),
      leftAt: ({ leftAt }) => leftAt.toISOString(),
      url: ({ id, mediaKey }, _, { identity }) => addresses.of(id, mediaKey, identity),
    },
  };
}
