import { Followers as Seen, type Bus } from '@cordboard/platform-messaging';

/** Who shows what follows from a conversation: what a mutation answered must hold there for every request sent afterwards. */
const FOLLOWERS = ['presence', 'history', 'recording'];

/** Read your writes: a mutation of a call answers once those who show it have seen what it did. */
export class Followers {
  private readonly others: Seen;

  constructor(bus: Bus) {
    this.others = new Seen(bus, 'routing', FOLLOWERS);
  }

  async haveSeen(conversationId: string, seq: number): Promise<void> {
    if (seq > 0) await this.others.haveSeen([{ key: conversationId, seq }]);
  }
}
