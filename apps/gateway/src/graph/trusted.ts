import { CannotStart } from '@cordboard/platform-process';
import { GraphQLError } from 'graphql';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Asked } from '../sockets/port.ts';

/** The forms that build tools write: Apollo's persisted query manifest, and a plain object from hash to text (Relay, graphql-codegen). */
const Manifest = z.union([
  z
    .object({
      format: z.literal('apollo-persisted-query-manifest'),
      version: z.literal(1),
      operations: z.array(z.object({ id: z.string(), body: z.string() })),
    })
    .transform(({ operations }) => new Map(operations.map(({ id, body }) => [id, body]))),
  z.record(z.string(), z.string()).transform((texts) => new Map(Object.entries(texts))),
]);

const refuse = (message: string, code: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

/** Documents that were known when the gateway started: apps name them by their ids, and, where nothing else is trusted, ask nothing else. */
export class TrustedDocuments {
  private readonly texts: ReadonlySet<string>;

  constructor(
    readonly byId: ReadonlyMap<string, string>,
    private readonly only: boolean,
  ) {
    this.texts = new Set(byId.values());
  }

  /** @throws CannotStart where the file cannot be read */
  static from(file: string, only: boolean): TrustedDocuments {
    try {
      return new TrustedDocuments(Manifest.parse(JSON.parse(readFileSync(file, 'utf8'))), only);
    } catch (error) {
      throw new CannotStart(`${file} is no manifest of documents (TRUSTED_DOCUMENTS): ${(error as Error).message.split('\n')[0]}`);
    }
  }

  /** The document that is meant; or why it is not taken. */
  textOf(asked: Asked): string | undefined | GraphQLError {
    const id = hashOf(asked) ?? documentIdOf(asked);
    const known = id === undefined ? undefined : this.byId.get(id);
    const { query } = asked;
    if (known !== undefined)
      return typeof query === 'string' && query !== known ? refuse('The query is not the one that its id names.', 'BAD_USER_INPUT') : known;
    if (this.only && !(typeof query === 'string' && this.texts.has(query)))
      return refuse('Only documents that this gateway knows may be asked: deploy it with their manifest.', 'DOCUMENT_NOT_TRUSTED');
    return query;
  }
}

/** The hash of a query in the extension of Apollo's clients. */
function hashOf(asked: Asked): string | undefined {
  const persisted = asked.extensions?.['persistedQuery'] as { sha256Hash?: unknown } | null | undefined;
  return typeof persisted?.sha256Hash === 'string' ? persisted.sha256Hash : undefined;
}

/** The id of a document, which other clients write beside the query. */
export function documentIdOf(asked: object): string | undefined {
  const id = (asked as { documentId?: unknown }).documentId;
  return typeof id === 'string' ? id : undefined;
}
