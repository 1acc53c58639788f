import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Bus } from '@cordboard/platform-messaging';
import { gatewayInterface, type PlannerPool } from '@cordboard/platform-federation';
import { CannotStart, HealthModule } from '@cordboard/platform-process';
import { discardBody, graphqlBody, Identities, sayError, TOKEN_EXPIRED, type Identity } from '@cordboard/platform-subgraph';
import cors from 'cors';
import express from 'express';
import type { Server } from 'node:http';
import { join } from 'node:path';
import eventsSdl from './events.graphql';
import { page, policy } from './explorer/page.ts';
import { Documents } from './graph/documents.ts';
import { graphOver, startPlanner, type GatewayContext } from './graph/federation.ts';
import { judgedDocuments } from './graph/judged-documents.ts';
import { MOST_BODY_VALUES } from './graph/limits.ts';
import { Subgraphs } from './graph/subgraphs.ts';
import { TrustedDocuments } from './graph/trusted.ts';
import { answerHttp } from './http/answer.ts';
import { asksForImport, isLegacy } from './http/client-errors.ts';
import { graphqlEndpoint } from './http/graphql-endpoint.ts';
import { targetOf } from './http/target.ts';
import { Devices } from './live/devices.ts';
import { Live } from './live/live.ts';
import { isKnown } from './origins.ts';
import { passage, refuse } from './passages/passage.ts';
import { serveSockets, type Sockets } from './sockets/serve.ts';
import type { GatewaySettings } from './settings.ts';
import { TOKEN_REVOKED, Tokens } from './tokens/tokens.ts';

/** What is wrong with variables is answered 400, and 200 to clients that know `application/json` alone (GraphQL over HTTP §6.4.1). */
const legacyStatus: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response, operation }) => {
      if (operation && response.http.status === 400 && isLegacy(request.http?.headers.get('accept'))) response.http.status = 200;
    },
  }),
};
/** Headers that a page of another origin cannot send unless the gateway allows it (CORS); one of them, or a JSON body, has to be there. */
const CSRF_HEADERS = ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'];
/** A request's headers have to arrive within the first, all of it (an import, too) within the second, in ms. */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 600_000;

/** The directory checks the token of whoever imports, history that of whoever exports; a link to media is signed, and is all that it takes. */
const IMPORT_HEADERS = ['authorization', 'content-type', 'content-encoding', 'accept'];
const UPLOAD_HEADERS = ['authorization', 'content-type', 'accept'];
const EXPORT_HEADERS = ['authorization', 'accept', 'accept-language'];
const MEDIA_HEADERS = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'accept'];

/** What the page at `/` is made of, beside the bundle: see tools/lib/explorer.mjs. */
const EXPLORER = join(import.meta.dirname, 'explorer');

/** For a browser that opens the address of the graph, and asks nothing. */
const toExplorer: express.RequestHandler = (request, response, next) => {
  const isAsking = targetOf(request.originalUrl).search !== '';
  if (isAsking || !request.headers.accept?.includes('text/html')) return next();
  response.redirect('/');
};

const SETTINGS = Symbol('gateway settings');
interface Settings {
  readonly bus: Bus;
  readonly identities: Identities;
  readonly urls: Readonly<Record<'directory' | 'presence' | 'routing' | 'recording' | 'history' | 'webhooks', string>>;
  readonly trusted: TrustedDocuments | null;
  readonly planner: PlannerPool;
  readonly o: Partial<GatewaySettings>;
}

/** The one door: composes the graph, knows who asks, pushes to agent apps. */
@Module({})
export class GatewayModule implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly subgraphs = new Subgraphs(this.o.urls);
  private readonly graph = graphOver(this.subgraphs, this.o.planner);
  private readonly introspection = this.o.o.NODE_ENV !== 'production';
  private readonly documents = new Documents(this.graph, {
    introspection: this.introspection,
    trusted: this.o.trusted,
  });
  private readonly live = new Live(this.o.bus, { graph: this.graph, eventsSdl, prepare: this.documents.prepare });
  private readonly devices = new Devices(this.o.bus);
  private server: ApolloServer<GatewayContext> | undefined;
  private sockets: Sockets | undefined;
  private readonly tokens = new Tokens(this.o.identities, this.o.bus, () => this.sockets?.forbid(this.tokens.isRevoked, 'token revoked'));

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(SETTINGS) private readonly o: Settings,
  ) {}

  static async from(
    env: Partial<GatewaySettings> & {
      NATS_URL: string;
      NATS_CA_FILE?: string | undefined;
      NATS_STREAM_REPLICAS?: '1' | '3' | '5' | undefined;
      JWT_PUBLIC_KEY_FILE?: string | undefined;
      JWKS_URL?: string | undefined;
      DIRECTORY_URL: string;
      PRESENCE_URL: string;
      ROUTING_URL: string;
      RECORDING_URL: string;
      HISTORY_URL: string;
      WEBHOOKS_URL: string;
    },
  ): Promise<DynamicModule> {
    if (env.TRUSTED_DOCUMENTS_ONLY && !env.TRUSTED_DOCUMENTS)
      throw new CannotStart('TRUSTED_DOCUMENTS_ONLY needs a manifest: set TRUSTED_DOCUMENTS to its file.');
    const trusted = env.TRUSTED_DOCUMENTS ? TrustedDocuments.from(env.TRUSTED_DOCUMENTS, env.TRUSTED_DOCUMENTS_ONLY === true) : null;
    const [identities, bus, planner] = await Promise.all([Identities.from(env), Bus.connect({ env, name: 'gateway' }), startPlanner()]);
    const urls = {
      directory: env.DIRECTORY_URL,
      presence: env.PRESENCE_URL,
      routing: env.ROUTING_URL,
      recording: env.RECORDING_URL,
      history: env.HISTORY_URL,
      webhooks: env.WEBHOOKS_URL,
    };
    return {
      module: GatewayModule,
      imports: [
        HealthModule.withChecks({
          inject: [],
          checks: () => ({ nats: () => bus.connected }),
          // one that is away takes its own fields with it, and not the gateways
          details: () => ({
            ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, () => isReady(url)])),
            streams: () => haveLeaders(bus),
          }),
        }),
      ],
      providers: [{ provide: SETTINGS, useValue: { bus, identities, urls, trusted, planner, o: env } satisfies Settings }],
    };
  }

  async onModuleInit(): Promise<void> {
    const { urls, o } = this.o;
    const isDevelopment = o.NODE_ENV !== 'production';
    await Promise.all([this.live.start(this.devices.signedOut), this.devices.start(), this.tokens.start(), this.documents.planTrusted()]);
    const http = this.host.httpAdapter.getHttpServer() as Server;
    const judged = judgedDocuments(this.documents);
    this.server = new ApolloServer<GatewayContext>({
      gateway: gatewayInterface<GatewayContext>(
        this.graph,
        ({ gone }) => gone,
        ({ identity }) => identity?.account ?? null,
      ) as never,
      introspection: this.introspection,
      hideSchemaDetailsFromClientErrors: !this.introspection,
      includeStacktraceInErrorResponses: false,
      csrfPrevention: { requestHeaders: CSRF_HEADERS },
      stopOnTerminationSignals: false, // it would refuse what is still to be answered
      persistedQueries: false,
      documentStore: judged.documentStore,
      plugins: [judged.plugin, legacyStatus, ApolloServerPluginLandingPageDisabled()], // its page comes from elsewhere
      formatError: (formatted, error) => sayError(formatted, error),
    });
    await this.server.start();
    http.headersTimeout = HEADERS_TIMEOUT_MS;
    http.requestTimeout = REQUEST_TIMEOUT_MS;
    const app = this.host.httpAdapter.getInstance<express.Express>();
    app.use(
      cors((asked: express.Request, answer) =>
        answer(null, {
          origin: isKnown(asked.headers.origin, asked.headers.host, o.ALLOWED_ORIGINS ?? null, isDevelopment),
          methods: ['GET', 'POST', 'PUT'],
          maxAge: 600,
        }),
      ),
    );
    if (o.EXPLORER ?? isDevelopment) {
      app.get('/', (asked, response) => {
        response.set('content-security-policy', policy(asked.headers.host));
        response.type('html').send(page({ introspection: this.introspection }));
      });
      app.use('/explorer', express.static(EXPLORER, { index: false, maxAge: '1h' }));
      app.get('/graphql', toExplorer);
    }
    const authenticated: express.RequestHandler = (request, response, next) =>
      void this.tokens.of(request.headers.authorization).then(
        () => next(),
        ({ message }: Error) => {
          refuse(response, 401, 'UNAUTHENTICATED', message);
          discardBody(request, response);
        },
      );
    app.post('/contacts/import', authenticated, passage({ base: urls.directory, under: '/contacts/import', headers: IMPORT_HEADERS }));
    app.put('/numbers/:id/messages/:kind', authenticated, passage({ base: urls.directory, under: '/numbers/', headers: UPLOAD_HEADERS }));
    app.get('/history/export.csv', authenticated, passage({ base: urls.history, under: '/history/export.csv', headers: EXPORT_HEADERS }));
    app.get('/media/*key', passage({ base: urls.recording, under: '/media/', headers: MEDIA_HEADERS }));
    app.use(
      graphqlEndpoint([
        graphqlBody({
          identify: (authorization) => this.tokens.of(authorization),
          allowsAnonymous: true,
          mostValues: MOST_BODY_VALUES,
          mayBeLarge: (outline, identity) => asksForImport(outline, this.documents, identity?.account ?? null),
        }),
        answerHttp({ server: this.server, documents: this.documents, singleFlight: o.SINGLE_FLIGHT === true }),
      ]),
    );
    this.sockets = serveSockets({
      http,
      path: '/graphql',
      begin: this.live.begin,
      identify: (authorization) => identified(this.tokens, authorization),
      opened: (device, socket) => this.devices.opened(device, socket),
      closed: (device, socket, clean) => this.devices.closed(device, socket, clean),
      settings: {
        drainMs: (o.DRAIN_SECONDS ?? 0) * 1_000,
        origins: o.ALLOWED_ORIGINS ?? null,
        allowsLocalOrigins: isDevelopment,
        ...(o.MOST_SOCKETS_OF_AGENT === undefined ? {} : { mostOfAgent: o.MOST_SOCKETS_OF_AGENT }),
      },
    });
  }

  /** Sockets go while HTTP is still served: the HTTP server waits for upgraded connections, so they cannot come after it. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.sockets?.close();
  }

  /** HTTP has been drained: nobody is answered any more. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.tokens.stop(), this.devices.stop(), this.live.stop()]);
    await this.server?.stop();
    await this.o.planner.stop();
    await this.subgraphs.close();
    await this.o.bus.close();
  }
}

/** Who shows this token, or why it is not taken, as apps are told. */
const identified = (tokens: Tokens, authorization: string | undefined): Promise<Identity | { readonly refused: string }> =>
  tokens.of(authorization).catch((error: Error) => ({ refused: CLOSED_AS.get(error.message) ?? 'token not valid' }));
const CLOSED_AS: ReadonlyMap<string, string> = new Map([
  [TOKEN_EXPIRED, 'token expired'],
  [TOKEN_REVOKED, 'token revoked'],
]);

/** Whether every stream that is read here has a leader. @throws naming those that have none */
async function haveLeaders(bus: Bus): Promise<boolean> {
  const leaderless = await bus.leaderlessStreams();
  if (leaderless.length > 0) throw new Error(`no leader: ${leaderless.join(', ')}`);
  return true;
}

/** Whether a subgraph takes work. @throws saying why not */
async function isReady(url: string): Promise<boolean> {
  const response = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(2_000) }).catch((error: Error) => {
    throw new Error(error.name === 'TimeoutError' ? 'it does not answer' : 'it cannot be reached');
  });
  if (response.ok) return true;
  const { waitingFor = [] } = (await response.json().catch(() => ({}))) as { waitingFor?: readonly string[] };
  throw new Error(`it answers ${response.status}${waitingFor.length > 0 ? `: it waits for ${waitingFor.join(', ')}` : ''}`);
}
