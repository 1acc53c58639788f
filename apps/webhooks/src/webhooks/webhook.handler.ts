import { refuse, type Refusal } from '@cordboard/decider';
import type { Database, Sql } from '@cordboard/platform-database';
import { newId } from '@cordboard/platform-process';
import { EVENTS } from '../events/payloads.ts';
import { addressesOf, NotReachable } from '../outgoing/resolve.ts';
import { notThere, readTarget, type UrlRefusal } from '../outgoing/target.ts';
import type { Outgoing } from '../outgoing/post.ts';
import { newSecret, rotatedAway } from './secrets.ts';
import type { ShownWebhook, WebhookRow, WebhookStore } from './webhook.store.ts';

export type WebhookRefusal = UrlRefusal | 'UNKNOWN_EVENT' | 'TOO_MANY_WEBHOOKS';
/** The webhook, why not, or null where the account has none of that id. */
export type WebhookOutcome = ShownWebhook | Refusal<WebhookRefusal> | null;

const MOST = 20;

/** An account's webhooks, changed by its administrators. */
export class Webhooks {
  constructor(
    private readonly database: Database,
    private readonly store: WebhookStore,
    private readonly outgoing: Pick<Outgoing, 'reach' | 'resolve'>,
    private readonly now: () => Date,
  ) {}

  async create(account: string, asked: { url: string; events: readonly string[] }): Promise<WebhookOutcome> {
    const [url, events] = [await this.usable(asked.url), known(asked.events)];
    if (typeof url !== 'string') return url;
    if ('refused' in events) return events;
    const secret = newSecret();
    return this.database.transaction(async (tx) => {
      if ((await this.store.takeList(tx, account)) >= MOST)
        return refuse(
          'TOO_MANY_WEBHOOKS',
          `An account has ${MOST} webhooks at most.`,
          'Delete one, or have one receiver take more events.',
        );
      const row = await this.store.insert(tx, { id: newId(), account, url, events, createdAt: this.now() }, secret);
      return { ...row, secret };
    });
  }

  async update(
    account: string,
    id: string,
    asked: { url: string | null; events: readonly string[] | null; enabled: boolean | null },
  ): Promise<WebhookOutcome> {
    const [url, events] = [asked.url === null ? null : await this.usable(asked.url), asked.events && known(asked.events)];
    if (url !== null && typeof url !== 'string') return url;
    if (events && 'refused' in events) return events;
    return this.held(account, id, async (tx, webhook) => {
      const changed = await this.store.change(tx, id, { url: url ?? webhook.url, events: events ?? webhook.events });
      if (asked.enabled === true && webhook.disabledAt) return this.store.enable(tx, id);
      if (asked.enabled === false && !webhook.disabledAt) return this.store.disable(tx, id, 'An administrator disabled it.', this.now());
      return changed;
    });
  }

  delete(account: string, id: string): Promise<WebhookOutcome> {
    return this.held(account, id, async (tx, webhook) => {
      await this.store.delete(tx, id);
      return webhook;
    });
  }

  rotateSecret(account: string, id: string): Promise<WebhookOutcome> {
    return this.held(account, id, async (tx) => {
      const before = await this.store.secretsOf(tx, id);
      const secret = newSecret();
      return { ...(await this.store.setSecrets(tx, id, secret, rotatedAway(before.secret, before.former, this.now()))), secret };
    });
  }

  private held(account: string, id: string, work: (tx: Sql, webhook: WebhookRow) => Promise<ShownWebhook>): Promise<WebhookOutcome> {
    return this.database.transaction(async (tx) => {
      const webhook = await this.store.take(tx, account, id);
      return webhook && work(tx, webhook);
    });
  }

  /** The URL as it will be used. A name that cannot be found now is taken: its deliveries will say so. */
  private async usable(text: string): Promise<string | Refusal<UrlRefusal>> {
    const target = readTarget(text, this.outgoing.reach);
    if ('refused' in target) return target;
    const leadsInside = await addressesOf(target, this.outgoing.resolve, this.outgoing.reach).then(
      () => false,
      (error: unknown) => error instanceof NotReachable,
    );
    return leadsInside ? notThere : target.url.href;
  }
}

function known(events: readonly string[]): readonly string[] | Refusal<'UNKNOWN_EVENT'> {
  const [stranger] = events.length === 0 ? ['none'] : events.filter((name) => !(EVENTS as readonly string[]).includes(name));
  return stranger === undefined
    ? [...new Set(events)]
    : refuse('UNKNOWN_EVENT', `There is no event "${stranger.slice(0, 100)}".`, `Name one or more of: ${EVENTS.join(', ')}.`);
}
