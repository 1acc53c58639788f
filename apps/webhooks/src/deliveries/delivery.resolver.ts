import { batched, notFound, refused } from '@cordboard/platform-subgraph';
import type { Resolvers } from '../generated/graphql.ts';
import { administered } from '../webhooks/webhook.resolver.ts';
import type { WebhookStore } from '../webhooks/webhook.store.ts';
import type { Redelivery } from './delivery.handler.ts';
import type { DeliveryStore } from './delivery.store.ts';

export function deliveryResolvers(
  redelivery: Redelivery,
  store: DeliveryStore,
  webhooks: WebhookStore,
): Pick<Resolvers, 'WebhookDelivery' | 'WebhookAttempt'> & { Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'redeliver'> } {
  const attempts = batched((account, ids) => store.attemptsOf(account, ids));
  const webhook = batched((account, ids) => webhooks.byIds(account, ids));
  return {
    Mutation: {
      redeliver: async (_, { deliveryId }, { identity }) => {
        const outcome = await redelivery.redeliver(administered(identity), deliveryId);
        if (outcome === null) throw notFound('delivery');
        return 'refused' in outcome ? refused(outcome) : { ...outcome, __typename: 'WebhookDelivery' as const };
      },
    },
    WebhookDelivery: {
      webhook: async ({ webhookId }, _, { identity }) => {
        const found = await webhook(identity, webhookId);
        if (!found) throw notFound('webhook');
        return found;
      },
      createdAt: ({ createdAt }) => createdAt.toISOString(),
      nextAttemptAt: ({ nextAttemptAt }) => nextAttemptAt?.toISOString() ?? null,
      settledAt: ({ settledAt }) => settledAt?.toISOString() ?? null,
      attempts: async ({ id }, _, { identity }) =>
        ((await attempts(identity, id))?.attempts ?? []).map((one) => ({ ...one, at: one.at.toISOString() })),
    },
  };
}
