import { connection, notFound, page, type Connection, type Identity } from '@cordboard/platform-subgraph';
import type { Access } from '../access/access.handler.ts';
import type { StoredVoicemail, VoicemailStore } from './voicemail.store.ts';

interface Page {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Voicemails as somebody may see them now: whose a Number is counts at the moment of asking, not of the message. */
export class Voicemails {
  constructor(
    private readonly voicemails: VoicemailStore,
    private readonly access: Access,
  ) {}

  /** @throws GraphQLError BAD_USER_INPUT for a page that cannot be. */
  async list(identity: Identity, numberId: string | null, asked: Page): Promise<Connection<StoredVoicemail>> {
    const { list, size, limit, after } = page(asked, { list: 'voicemails', parts: ['time', 'text'] });
    const heard = await this.access.numbersOf(identity);
    const numberIds = numberId === null ? heard : heard === null || heard.includes(numberId) ? [numberId] : [];
    const rows = await this.voicemails.page({ account: identity.account, numberIds, after, limit });
    return connection(rows, { list, size, after, place: ({ leftAt, id }) => [leftAt.toISOString(), id], node: (row) => row });
  }

  /** @throws GraphQLError NOT_FOUND for one that is not there or not theirs to hear. */
  async one(identity: Identity, id: string): Promise<StoredVoicemail> {
    const [voicemail, heard] = await Promise.all([this.voicemails.find(identity.account, id), this.access.numbersOf(identity)]);
    if (!voicemail || (heard !== null && !heard.includes(voicemail.numberId))) throw notFound('voicemail');
    return voicemail;
  }
}
