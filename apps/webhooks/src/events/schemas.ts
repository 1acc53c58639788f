import { z } from 'zod';
import { bodyOf, EVENTS } from './payloads.ts';

/** Where the schemas are kept for whoever writes a receiver; `node --import ./tools/register.mjs apps/webhooks/src/events/write-schemas.ts` writes them. */
export const SCHEMA_FOLDER = 'docs/webhooks';

/** JSON Schema (2020-12) of each event's body, by file name. More fields than these may come: events grow. */
export const schemaFiles = (): ReadonlyMap<string, string> =>
  new Map(
    EVENTS.map((name) => {
      const schema = z.toJSONSchema(bodyOf(name), { io: 'input', override: ({ jsonSchema }) => void delete jsonSchema.pattern });
      return [`${name}.schema.json`, `${JSON.stringify({ ...schema, title: name }, null, 2)}\n`];
    }),
  );
