import { refuse, type Refusal } from '@cordboard/decider';
import type { Database } from '@cordboard/platform-database';
import type { WebhookStore } from '../webhooks/webhook.store.ts';
import type { DeliveryRow, DeliveryStore } from './delivery.store.ts';

/** Sends deliveries again that somebody asks for. */
export class Redelivery {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhookStore,
    private readonly store: DeliveryStore,
    private readonly o: { now: () => Date; wake: () => void },
  ) {}

  /** @returns null where the account has no such delivery */
  async redeliver(account: string, id: string): Promise<DeliveryRow | Refusal<'WEBHOOK_DISABLED'> | null> {
    const webhookId = await this.store.webhookOf(account, id);
    if (webhookId === null) return null;
    const outcome = await this.database.transaction(async (tx) => {
      const webhook = await this.webhooks.take(tx, account, webhookId);
      if (webhook?.disabledAt)
        return refuse('WEBHOOK_DISABLED', 'Its webhook is disabled.', 'Enable it with updateWebhook, then redeliver.');
      return webhook && this.store.sendAgain(tx, id, this.o.now());
    });
    this.o.wake();
    return outcome;
  }
}
