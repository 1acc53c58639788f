import { Webhook } from 'standardwebhooks';
import { stillHolding, type OldSecret } from '../webhooks/secrets.ts';

/** What a receiver checks a delivery by: the headers of Standard Webhooks, one signature for each secret that holds at `now`. */
export function signedHeaders(
  delivery: { readonly messageId: string; readonly body: string; readonly secret: string; readonly former: readonly OldSecret[] },
  now: Date,
): Record<string, string> {
  const secrets = [delivery.secret, ...stillHolding(delivery.former, now).map(({ secret }) => secret)];
  return {
    'webhook-id': delivery.messageId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(delivery.messageId, now, delivery.body)).join(' '),
  };
}
