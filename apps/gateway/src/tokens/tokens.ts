import { revocations } from '@cordboard/contracts';
import { NoAnswer, type Bus } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import { unauthenticated, type Identities, type Identity } from '@cordboard/platform-subgraph';

/** What is said of a token that was valid until it was revoked. */
export const TOKEN_REVOKED = 'The token was revoked: sign in again.';
/** How often the directory is asked, in ms: twice in the second within which a revocation is to hold. */
const EVERY = 500;
/** So much is asked for again, in ms: what was being written when it was asked last, and clocks that differ. */
const OVERLAP = 10_000;

/**
 * Whose tokens are taken: valid ones that were not revoked. Revocations are asked for and not listened for, so that none is missed. While the
 * directory cannot be asked, what is known holds: nobody new can be revoked then either.
 */
export class Tokens {
  /** From when on an agent's tokens are taken, by account and agent. */
  private readonly takenFrom = new Map<string, number>();
  private since: string | null = null;
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly identities: Pick<Identities, 'of'>,
    private readonly bus: Pick<Bus, 'ask'>,
    /** Hears that somebody's tokens were revoked. */
    private readonly revoked: () => void,
  ) {}

  /** Resolves when what has been revoked so far is known, or the directory has not answered. */
  async start(): Promise<void> {
    await this.ask();
    this.next();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.asking;
  }

  /** @param authorization `Bearer <token>` @throws GraphQLError UNAUTHENTICATED where the token is not taken, and why */
  async of(authorization: string | undefined): Promise<Identity> {
    const identity = await this.identities.of(authorization);
    if (this.isRevoked(identity)) throw unauthenticated(TOKEN_REVOKED);
    return identity;
  }

  readonly isRevoked = (identity: Identity): boolean => {
    const from = this.takenFrom.get(nameOf(identity));
    return from !== undefined && (identity.issuedAt ?? 0) < from;
  };

  private next(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.asking = this.ask().then(() => this.next());
    }, EVERY);
  }

  private async ask(): Promise<void> {
    try {
      const { at, revoked } = await this.bus.ask(revocations, { since: this.since }, EVERY);
      this.since = new Date(Date.parse(at) - OVERLAP).toISOString();
      const news = revoked.filter((one) => this.takenFrom.get(nameOf(one)) !== Date.parse(one.before));
      for (const one of news) this.takenFrom.set(nameOf(one), Date.parse(one.before));
      if (news.length > 0) this.revoked();
    } catch (error) {
      if (!(error instanceof NoAnswer)) log.warn({ err: error }, 'revoked tokens could not be asked for');
    }
  }
}

const nameOf = ({ account, agentId }: { readonly account: string; readonly agentId: string }): string => `${account}/${agentId}`;
