import { caughtUp, type Source } from '@cordboard/contracts';
import type { Bus } from './bus.ts';

/** A follower that is this far behind is not waited for any longer, in ms: it answers for itself when it is asked. */
const PATIENCE = 2_000;

/** Read your writes across services: a mutation answers once the others have seen what it did. */
export class Followers {
  /** `services` must all follow `source` and say how far (`Follower.serveCaughtUp`): others are waited for in vain. */
  constructor(
    private readonly bus: Bus,
    private readonly source: Source,
    private readonly services: readonly string[],
  ) {}

  /** Resolves once every service has seen these keys' messages up to `seq`, or is too far behind. Never throws. */
  async haveSeen(told: readonly { readonly key: string; readonly seq: number }[]): Promise<void> {
    await Promise.allSettled(
      told.flatMap(({ key, seq }) =>
        this.services.map((service) =>
          this.bus.ask(caughtUp(service), { source: this.source, key, seq, waitMs: PATIENCE }, PATIENCE + 500),
        ),
      ),
    );
  }
}
