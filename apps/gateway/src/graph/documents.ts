import { badInput } from '@cordboard/platform-subgraph';
import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
} from 'graphql';
import type { Asked } from '../sockets/port.ts';
import type { Graph, Operation } from './federation.ts';
import { hasNul, MOST_TOKENS, NUL_REFUSED, operationLimits, whyNoSubscription } from './limits.ts';
import type { TrustedDocuments } from './trusted.ts';

/** So many documents are remembered, good ones and bad ones. */
const REMEMBERED = 2_000;
const LONGEST_REMEMBERED = 20_000;

/** Documents that may be asked: read and judged once, however often they come, and in the same way whichever way they come. */
export class Documents {
  private readonly known = new Map<string, DocumentNode | readonly GraphQLError[]>();
  readonly rules: typeof specifiedRules;

  constructor(
    private readonly graph: Graph,
    private readonly o: { readonly trusted: TrustedDocuments | null; readonly introspection: boolean },
  ) {
    this.rules = [...(o.introspection ? [] : [NoSchemaIntrospectionCustomRule]), operationLimits];
  }

  /** The operation that is asked for; or what is wrong with it. */
  readonly prepare = (asked: Asked): Operation | readonly GraphQLError[] => {
    const text = this.o.trusted ? this.o.trusted.textOf(asked) : asked.query;
    if (text instanceof GraphQLError) return [text];
    if (typeof text !== 'string') return [badInput('An operation needs a query.')];
    if (hasNul([text, asked.variables])) return [NUL_REFUSED];
    const document = this.read(text);
    if (!('kind' in document)) return document;
    const operation = getOperationAST(document, asked.operationName);
    const hindrance = operation && whyNoSubscription(operation);
    if (hindrance) return [hindrance];
    try {
      return this.graph.prepare(document, asked.operationName);
    } catch (error) {
      return [error instanceof GraphQLError ? error : badInput('The document cannot be read.')];
    }
  };

  /** A request's body with the text of the document that it names; or why that is not taken. */
  readonly named = (body: unknown): unknown => {
    if (!this.o.trusted || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
    const text = this.o.trusted.textOf(body as Asked);
    if (text instanceof GraphQLError) return text;
    const { extensions: _, ...asked } = body as Asked;
    return { ...asked, query: text };
  };

  private read(text: string): DocumentNode | readonly GraphQLError[] {
    const known = this.known.get(text);
    if (known) return known;
    const read = this.judged(text);
    if (text.length <= LONGEST_REMEMBERED) {
      const [oldest] = this.known.keys();
      if (this.known.size >= REMEMBERED && oldest !== undefined) this.known.delete(oldest);
      this.known.set(text, read);
    }
    return read;
  }

  private judged(text: string): DocumentNode | readonly GraphQLError[] {
    try {
      const document = parse(text, { maxTokens: MOST_TOKENS });
      const errors = validate(this.graph.schema, document, [...specifiedRules, ...this.rules], {
        hideSuggestions: !this.o.introspection,
      } as object);
      return errors.length > 0 ? errors.map(coded) : document;
    } catch (error) {
      return [error instanceof GraphQLError ? coded(error) : badInput('The document cannot be read.')];
    }
  }
}

const coded = (error: GraphQLError): GraphQLError =>
  error.extensions['code'] === undefined
    ? new GraphQLError(error.message, {
        nodes: error.nodes,
        source: error.source,
        positions: error.positions,
        extensions: { code: 'BAD_USER_INPUT' },
      })
    : error;
