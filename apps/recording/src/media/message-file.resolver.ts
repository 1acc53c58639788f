import { messageKey } from '@cordboard/contracts';
import type { MediaStorage } from '@cordboard/platform-media';
import type { Resolvers } from '../generated/graphql.ts';
import type { MediaUrls } from './media-urls.ts';

/** Files of messages, as everybody of the account may hear them: any caller does. */
export const messageFileResolvers = (storage: MediaStorage, urls: MediaUrls): Pick<Resolvers, 'MessageFile'> => ({
  MessageFile: {
    __resolveReference: ({ id }) => ({ id }),
    url: async ({ id }, _, { identity }) => {
      const key = messageKey(identity.account, id);
      return (await storage.head(key)) ? urls.sign(key, identity) : null;
    },
  },
});
