import { ApolloServer, type BaseContext } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { log } from '@cordboard/platform-process';
import type express from 'express';
import { GraphQLError } from 'graphql';
import { graphqlBody, requestRead } from './body.ts';
import { subgraphSchema, type ResolverTree } from './federation.ts';
import { unauthenticated, type Identities, type Identity } from './identity.ts';
import { languageOf, type Language } from './language.ts';
import { checkPhoneNumbers } from './phone-numbers.ts';
import { DateTime, PhoneNumber } from './scalars.ts';

/** What every resolver knows of a request. */
export interface SubgraphContext extends BaseContext {
  readonly identity: Identity;
  /** What texts for people are to be written in. */
  readonly language: Language;
}

const OPTIONS = Symbol('subgraph options');
interface Options {
  readonly sdl: string;
  readonly identities: Identities;
  readonly isPassing: (error: unknown) => boolean;
  readonly resolvers: ResolverTree;
}

/** A service's part of the graph at `/graphql`: its SDL, its typed resolvers, and an identity checked anew on each request. */
@Module({})
export class SubgraphModule implements OnModuleInit, OnApplicationShutdown {
  private server: ApolloServer<SubgraphContext> | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(OPTIONS) private readonly o: Options,
  ) {}

  /**
   * `resolvers` is a factory over the providers named in `inject`; `isPassing` tells the faults that pass by themselves, as while the database cannot be
   * reached: clients are told to ask again.
   */
  static serving(o: {
    sdl: string;
    identities: Identities;
    isPassing: (error: unknown) => boolean;
    imports: DynamicModule['imports'];
    inject: unknown[];
    resolvers: (...injected: never[]) => object;
  }): DynamicModule {
    return {
      module: SubgraphModule,
      imports: o.imports ?? [],
      providers: [
        {
          provide: OPTIONS,
          inject: o.inject as never[],
          useFactory: (...injected: never[]): Options => ({
            sdl: o.sdl,
            identities: o.identities,
            isPassing: o.isPassing,
            resolvers: o.resolvers(...injected) as ResolverTree,
          }),
        },
      ],
    };
  }

  async onModuleInit(): Promise<void> {
    const { sdl, identities, resolvers } = this.o;
    const scalars = { ...(/scalar DateTime/.test(sdl) ? { DateTime } : {}), ...(/scalar PhoneNumber/.test(sdl) ? { PhoneNumber } : {}) };
    const schema = subgraphSchema(sdl, { ...scalars, ...resolvers });
    checkPhoneNumbers(schema);
    this.server = new ApolloServer<SubgraphContext>({
      schema,
      introspection: true,
      csrfPrevention: true,
      stopOnTerminationSignals: false, // it would refuse what is still to be answered
      plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled()],
      formatError: (formatted, error) => sayError(formatted, error, this.o.isPassing),
    });
    await this.server.start();
    const app = this.host.httpAdapter.getInstance<express.Express>();
    app.use(
      '/graphql',
      graphqlBody({ identify: (authorization) => identities.of(authorization), allowsAnonymous: false }),
      expressMiddleware(this.server, {
        context: async ({ req }) => ({
          identity: identityOf(req),
          language: languageOf(req.headers['accept-language']),
        }),
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.server?.stop();
  }
}

function identityOf(request: express.Request): Identity {
  const { identity } = requestRead(request);
  if (!identity) throw unauthenticated('A token is needed: send "Authorization: Bearer <token>".');
  return identity;
}

/** Codes that clients are told as they are; the first six are resolvers' own, the others name what a client sent wrong. */
const CLIENT_CODES = new Set([
  ...['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'NOT_FOUND', 'UPSTREAM_UNAVAILABLE', 'RATE_LIMITED'],
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'],
  ...['DOCUMENT_NOT_FOUND', 'DOCUMENT_NOT_TRUSTED'],
]);
/** The server's own codes for a malformed request: to a client all of it is bad input. */
const MALFORMED = new Set(['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE']);

/** How long a message to a client may be, in characters. */
const MAX_MESSAGE_LENGTH = 500;

/** A message that repeats what a client wrote, at such a length that it can be read. */
export const shortened = (message: string): string =>
  message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;

/** An error that a resolver meant to give is given; a fault is logged here and told without its insides. */
export function sayError(
  formatted: { message: string; extensions?: Record<string, unknown> },
  error: unknown,
  isPassing: (error: unknown) => boolean = () => false,
): { message: string; extensions?: Record<string, unknown> } {
  const code = String(formatted.extensions?.['code']);
  if (CLIENT_CODES.has(code) || MALFORMED.has(code))
    return {
      ...formatted,
      message: shortened(formatted.message),
      extensions: { ...formatted.extensions, code: CLIENT_CODES.has(code) ? code : 'BAD_USER_INPUT', stacktrace: undefined },
    };
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (isPassing(cause)) {
    log.warn({ err: cause }, 'a request failed for a while');
    return { ...formatted, message: 'This part of the graph cannot answer right now.', extensions: { code: 'UPSTREAM_UNAVAILABLE' } };
  }
  log.error({ err: cause }, 'a request failed');
  return { ...formatted, message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}
