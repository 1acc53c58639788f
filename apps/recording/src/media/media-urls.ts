import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long an address can be opened, in ms. */
const LIVES = 5 * 60_000;

/** Whom an address was given to. */
export interface Bearer {
  readonly agentId: string;
  readonly account: string;
}

/** Addresses that open one file for a while to whoever holds them; who asked for one stands in it, for the logs of a leak. */
export class MediaUrls {
  constructor(
    private readonly secret: string,
    /** Where clients reach the gateway; it may have a path. */
    private readonly base: string,
  ) {}

  sign(key: string, { agentId, account }: Bearer, now = Date.now()): string {
    const expires = String(Math.floor((now + LIVES) / 1_000));
    const url = new URL(`${this.base.replace(/\/+$/, '')}/media/${key}`);
    url.search = new URLSearchParams({
      account,
      agent: agentId,
      expires,
      signature: this.signature({ key, account, agentId, expires }),
    }).toString();
    return url.toString();
  }

  /** @returns whose address it is; null where it was changed, made elsewhere or has expired */
  check(key: string, query: Readonly<Record<string, unknown>>, now = Date.now()): Bearer | null {
    const { account, agent: agentId, expires, signature } = query;
    if (![account, agentId, expires, signature].every((value) => typeof value === 'string')) return null;
    const signed = { key, account: account as string, agentId: agentId as string, expires: expires as string };
    const isOurs = same(this.signature(signed), signature as string);
    return isOurs && Number(expires) * 1_000 > now ? { agentId: signed.agentId, account: signed.account } : null;
  }

  private signature(signed: { key: string; account: string; agentId: string; expires: string }): string {
    const { key, account, agentId, expires } = signed;
    return createHmac('sha256', this.secret)
      .update(JSON.stringify([key, account, agentId, expires]))
      .digest('base64url');
  }
}

/** Takes as long whatever the difference. */
function same(ours: string, theirs: string): boolean {
  const [a, b] = [Buffer.from(ours), Buffer.from(theirs)];
  return a.length === b.length && timingSafeEqual(a, b);
}
