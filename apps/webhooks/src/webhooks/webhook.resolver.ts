import {
  administers,
  batched,
  connection,
  forbidden,
  notFound,
  page,
  refused,
  seesAll,
  type Identity,
  type Refused,
} from '@cordboard/platform-subgraph';
import type { DeliveryStore } from '../deliveries/delivery.store.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { WebhookOutcome, Webhooks } from './webhook.handler.ts';
import type { ShownWebhook, WebhookRow, WebhookStore } from './webhook.store.ts';

export function webhookResolvers(
  handler: Webhooks,
  store: WebhookStore,
  deliveries: DeliveryStore,
): Pick<Resolvers, 'Query' | 'Webhook'> & { Mutation: Omit<NonNullable<Resolvers['Mutation']>, 'redeliver'> } {
  const find = batched((account, ids) => store.byIds(account, ids));
  return {
    Query: {
      webhooks: (_, __, { identity }) => store.list(readable(identity)),
      webhook: async (_, { id }, { identity }) => {
        readable(identity);
        return existing(await find(identity, id));
      },
    },
    Mutation: {
      createWebhook: async (_, { url, events }, { identity }) => answer(await handler.create(administered(identity), { url, events })),
      updateWebhook: async (_, { id, url, events, enabled }, { identity }) =>
        answer(await handler.update(administered(identity), id, { url: url ?? null, events: events ?? null, enabled: enabled ?? null })),
      deleteWebhook: async (_, { id }, { identity }) => answer(await handler.delete(administered(identity), id)),
      rotateWebhookSecret: async (_, { id }, { identity }) => answer(await handler.rotateSecret(administered(identity), id)),
    },
    Webhook: {
      state: ({ disabledAt }) => (disabledAt ? 'DISABLED' : 'ENABLED'),
      failingSince: ({ failingSince }) => failingSince?.toISOString() ?? null,
      pausedUntil: ({ notBefore }) => upcoming(notBefore),
      secret: ({ secret }) => secret ?? null,
      formerSecretUntil: ({ formerUntil }) => upcoming(formerUntil),
      createdAt: ({ createdAt }) => createdAt.toISOString(),
      deliveries: async ({ id }, { first, after, state }) => {
        const asked = page({ first, after }, { list: `deliveries of ${id}`, parts: ['count'] });
        const rows = await deliveries.list({ webhookId: id, state: state ?? null, after: asked.after?.[0] ?? null, limit: asked.limit });
        return connection(rows, { ...asked, place: (row) => [row.ordinal], node: (row) => row });
      },
    },
  };
}

/** The account whose webhooks the asker may see. @throws FORBIDDEN for agents */
function readable(identity: Identity): string {
  if (!seesAll(identity)) throw forbidden('Only supervisors and administrators see webhooks.');
  return identity.account;
}

/** The account whose webhooks the asker may change. @throws FORBIDDEN for everybody but administrators */
export function administered(identity: Identity): string {
  if (!administers(identity)) throw forbidden('Only administrators change webhooks.');
  return identity.account;
}

function existing(webhook: WebhookRow | null): WebhookRow {
  if (!webhook) throw notFound('webhook');
  return webhook;
}

function answer(outcome: WebhookOutcome): (ShownWebhook & { __typename: 'Webhook' }) | Refused {
  if (outcome === null) throw notFound('webhook');
  return 'refused' in outcome ? refused(outcome) : { ...outcome, __typename: 'Webhook' };
}

const upcoming = (time: Date | null): string | null => (time && time.getTime() > Date.now() ? time.toISOString() : null);
