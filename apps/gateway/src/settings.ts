import { z } from 'zod';

const flag = z.stringbool().optional();

/** What the gateway can be told besides where the others are. */
export const gatewayEnvironment = {
  /** `production`: no introspection, no explorer, and pages of this machine are like those of any other origin. */
  NODE_ENV: z.string().optional(),
  /** Whether `/` serves the explorer; by default in development alone. */
  EXPLORER: flag,
  /** A manifest of documents that apps may name by their ids; and whether nothing else may be asked. */
  TRUSTED_DOCUMENTS: z.string().optional(),
  TRUSTED_DOCUMENTS_ONLY: flag,
  /** Whether equal queries that one asker sends at the same time are answered together. */
  SINGLE_FLIGHT: flag,
  /** Origins whose pages may open sockets and ask over HTTP, separated by blanks or commas. */
  ALLOWED_ORIGINS: z
    .string()
    .transform((origins) => origins.split(/[\s,]+/).filter((origin) => origin !== ''))
    .optional(),
  /** How many sockets one agent may have on a replica. */
  MOST_SOCKETS_OF_AGENT: z.coerce.number().int().positive().optional(),
  /** Over how long sockets are sent elsewhere when the gateway stops. */
  DRAIN_SECONDS: z.coerce.number().min(0).max(60).optional(),
};
export type GatewaySettings = z.infer<z.ZodObject<typeof gatewayEnvironment>>;
