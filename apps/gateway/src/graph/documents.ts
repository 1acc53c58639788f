import { AccountCache } from '@cordboard/platform-federation';
import { log } from '@cordboard/platform-process';
import { badInput, shortened } from '@cordboard/platform-subgraph';
import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, Source, specifiedRules, validate, type DocumentNode } from 'graphql';
import type { Asked } from '../sockets/port.ts';
import type { Graph, Operation } from './federation.ts';
import {
  whyNoTexts,
  MOST_CHARACTERS,
  MOST_ERRORS,
  MOST_LOCATIONS,
  MOST_TOKENS,
  tooMuchOf,
  whyNoSubscription,
  whyNoVariables,
} from './limits.ts';
import { isPersisted, PersistedQueries } from './persisted-queries.ts';
import { Places } from './places.ts';
import { documentIdOf, type TrustedDocuments } from './trusted.ts';

const KIB = 1_024;
/** How much text of documents is remembered, good ones and bad ones. Parsed, a text takes some thirty times its bytes. */
const REMEMBERED = { accountBytes: 512 * KIB, anonymousBytes: 128 * KIB, totalBytes: 16_384 * KIB };

/** Documents that may be asked: read and judged once, however often they come, and in the same way whichever way they come. */
export class Documents {
  private readonly known = new AccountCache<DocumentNode | readonly GraphQLError[]>(REMEMBERED);
  /** Those of the manifest, which belong to no account. */
  private readonly trusted = new Map<string, DocumentNode>();
  private readonly rules: typeof specifiedRules;
  private readonly persisted = new PersistedQueries();

  constructor(
    private readonly graph: Graph,
    private readonly o: { readonly trusted: TrustedDocuments | null; readonly introspection: boolean },
  ) {
    this.rules = o.introspection ? [] : [NoSchemaIntrospectionCustomRule];
  }

  /** The operation that is asked for; or what is wrong with it. */
  readonly prepare = async (asked: Asked, account: string | null): Promise<Operation | readonly GraphQLError[]> => {
    const text = this.o.trusted ? this.o.trusted.textOf(asked) : asked.query;
    if (text instanceof GraphQLError) return [text];
    if (typeof text !== 'string') return [badInput('An operation needs a query.')];
    const document = this.read(text, account);
    if (!('kind' in document)) return document;
    const unfit = whyNoVariables(asked.variables) ?? whyNoTexts(document);
    if (unfit) return [unfit];
    if (asked.operationName === '') return [badInput('There is no operation "".')];
    try {
      return await this.graph.prepare(document, asked.operationName, account);
    } catch (error) {
      return [error instanceof GraphQLError ? error : badInput('The document cannot be read.')];
    }
  };

  /** A request over HTTP with the text of the document that it names by an id or a hash; or why that is not taken. @param account null: no token */
  readonly named = (asked: Readonly<Record<string, unknown>>, account: string | null): Readonly<Record<string, unknown>> | GraphQLError => {
    const { extensions: _, ...rest } = asked;
    const trusted = this.o.trusted?.textOf(asked as unknown as Asked);
    if (trusted instanceof GraphQLError) return trusted;
    if (typeof trusted === 'string' && asked['query'] !== trusted) return { ...rest, query: trusted };
    const id = documentIdOf(asked);
    if (id !== undefined && typeof asked['query'] !== 'string')
      return new GraphQLError('There is no document of this id here.', { extensions: { code: 'DOCUMENT_NOT_FOUND' } });
    const query = this.persisted.textOf(asked, account);
    if (query instanceof GraphQLError) return query;
    return isPersisted(asked) ? { ...rest, query } : { ...asked, query };
  };

  /** Keeps a valid query that its client will name by its hash from now on. @param asked as the client sent it */
  readonly keep = (asked: Readonly<Record<string, unknown>>, account: string): void => this.persisted.keep(asked, account);

  /** Plans every document of the manifest. One that cannot be planned is logged, and refused when it is asked for. */
  async planTrusted(): Promise<void> {
    for (const [id, text] of this.o.trusted?.byId ?? []) {
      const document = this.judged(text);
      try {
        if (!('kind' in document)) throw document[0] ?? badInput('The document cannot be read.');
        this.trusted.set(text, document);
        await this.graph.planAhead(document);
      } catch (error) {
        log.warn({ documentId: id, reason: (error as Error).message }, 'a trusted document cannot be planned');
      }
    }
  }

  /** The document, where it may be asked; or what is wrong with it. @param account whose share of the cache it takes; null: no token */
  read(text: string, account: string | null): DocumentNode | readonly GraphQLError[] {
    const known = this.trusted.get(text) ?? this.known.get(account, text);
    if (known) return known;
    const read = this.judged(text);
    this.known.set(account, text, read);
    return read;
  }

  private judged(text: string): DocumentNode | readonly GraphQLError[] {
    if (text.length > MOST_CHARACTERS) return [TOO_LONG];
    try {
      const source = new Source(text);
      const document = parse(source, { maxTokens: MOST_TOKENS });
      const refusal = tooMuchOf(this.graph.schema, document) ?? whyNoSubscription(document);
      if (refusal) return [refusal];
      const errors = this.validated(document, source);
      return errors.length > 0 ? errors : document;
    } catch (error) {
      if (error instanceof GraphQLError) return [inShort(error, new Places(text), 'GRAPHQL_PARSE_FAILED')];
      return [badInput('The document cannot be read.')];
    }
  }

  /** What is wrong with it, in few words: whoever writes an error for every token is not told each. */
  private validated(document: DocumentNode, source: Source): readonly GraphQLError[] {
    const text = source.body;
    source.body = ''; // errors of graphql-js look for their lines in all of the text, each anew
    try {
      const errors = validate(this.graph.schema, document, [...this.rules, ...specifiedRules], {
        maxErrors: MOST_ERRORS - 1, // what says that there are more is one, too
        hideSuggestions: !this.o.introspection,
      });
      const places = new Places(text);
      return errors.map((error) => inShort(error, places, 'GRAPHQL_VALIDATION_FAILED'));
    } finally {
      source.body = text;
    }
  }
}

const TOO_LONG = badInput(`A document may have ${MOST_CHARACTERS} characters; long texts belong into variables.`);

/** The error with its first places alone, and the beginning of a long message. */
function inShort({ message, positions, nodes, extensions }: GraphQLError, places: Places, code: string): GraphQLError {
  const error = new GraphQLError(shortened(message), { extensions: { code, ...extensions } });
  const starts = positions ?? nodes?.flatMap(({ loc }) => loc?.start ?? []);
  const locations = starts?.slice(0, MOST_LOCATIONS).map((position) => places.of(position));
  if (locations && locations.length > 0) Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
  return error;
}
