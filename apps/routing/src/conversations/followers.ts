import { caughtUp } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';

/** Who shows what follows from a conversation: what a mutation answered must hold there for every request sent afterwards. */
const FOLLOWERS = ['presence', 'history', 'recording'];
/** A follower that is this far behind is not waited for any longer, in ms: it answers for itself when it is asked. */
const PATIENCE = 2_000;

/** Read your writes across services: a mutation answers once the others have seen what it did. */
export class Followers {
  constructor(private readonly bus: Bus) {}

  async haveSeen(conversationId: string, seq: number): Promise<void> {
    if (seq === 0) return;
    await Promise.allSettled(
      FOLLOWERS.map((service) =>
        this.bus.ask(caughtUp(service), { source: 'routing', key: conversationId, seq, waitMs: PATIENCE }, PATIENCE + 500),
      ),
    );
  }
}
