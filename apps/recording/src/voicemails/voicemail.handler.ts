import { mayHear } from '@cordboard/domain-recording';
import { connection, notFound, page, type Connection, type Identity } from '@cordboard/platform-subgraph';
import type { AssignedNumber, NumberStore } from './number.store.ts';
import type { StoredVoicemail, VoicemailStore } from './voicemail.store.ts';

interface Page {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Voicemails as somebody may see them now: whose a Number is counts at the moment of asking, not of the message. */
export class Voicemails {
  constructor(
    private readonly voicemails: VoicemailStore,
    private readonly numbers: NumberStore,
  ) {}

  /** @throws GraphQLError BAD_USER_INPUT for a page that cannot be. */
  async list(identity: Identity, numberId: string | null, asked: Page): Promise<Connection<StoredVoicemail>> {
    const { size, limit, after } = page(asked.first, asked.after);
    const heard = await this.heardBy(identity);
    const numberIds = numberId === null ? heard : heard === null || heard.includes(numberId) ? [numberId] : [];
    const rows = await this.voicemails.page({ account: identity.account, numberIds, after, limit });
    return connection(rows, { size, after, place: ({ leftAt, id }) => [leftAt.toISOString(), id], node: (row) => row });
  }

  /** @throws GraphQLError NOT_FOUND for one that is not there or not theirs to hear. */
  async one(identity: Identity, id: string): Promise<StoredVoicemail> {
    const [voicemail, heard] = await Promise.all([this.voicemails.find(identity.account, id), this.heardBy(identity)]);
    if (!voicemail || (heard !== null && !heard.includes(voicemail.numberId))) throw notFound('voicemail');
    return voicemail;
  }

  /** Ids of the Numbers whose messages somebody may hear; null: of all, known here or not. */
  private async heardBy(identity: Identity): Promise<readonly string[] | null> {
    const may = (numberAgentIds: AssignedNumber['agentIds']): boolean => mayHear(identity, { callAgentId: null, numberAgentIds });
    if (may([])) return null;
    return (await this.numbers.ofAccount(identity.account)).filter(({ agentIds }) => may(agentIds)).map(({ id }) => id);
  }
}
