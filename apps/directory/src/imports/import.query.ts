import { z } from 'zod';
import type { ImportOptions } from './import.handler.ts';

/** How a file is to be read that is sent as the body of a request. */
export type ImportQuery = Omit<ImportOptions, 'account'>;

const titles = z
  .union([z.string(), z.array(z.string())])
  .transform((columns) => (Array.isArray(columns) ? columns : [columns]))
  .nullable();
const Columns = z.strictObject({ name: titles.default(null), number: titles.default(null) });
const Query = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .transform((flag) => flag === 'true')
    .default(false),
  columns: z
    .string()
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        context.addIssue({ code: 'custom', message: 'is to be JSON, like {"name": ["Prénom", "Nom"], "number": "Portable"}' });
        return z.NEVER;
      }
    })
    .pipe(Columns)
    .nullable()
    .default(null),
});

/** @returns how the file is to be read, or what is wrong with the query in one sentence */
export function readImportQuery(query: unknown): ImportQuery | { readonly wrong: string } {
  const read = Query.safeParse(query);
  if (read.success) return read.data;
  return { wrong: `${read.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')}.` };
}
