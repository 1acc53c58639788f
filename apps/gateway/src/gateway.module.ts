import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Bus } from '@cordboard/platform-messaging';
import { HealthModule } from '@cordboard/platform-process';
import { graphqlBody, Identities, languageOf, sayError } from '@cordboard/platform-subgraph';
import type express from 'express';
import { GraphQLError } from 'graphql';
import type { Server } from 'node:http';
import { newGone } from './graph/gone.ts';
import { hasNul, NUL_REFUSED, operationLimits } from './graph/limits.ts';
import { composeGraph, type GatewayContext } from './graph/supergraph.ts';
import landingPage from './landing-page.ts';
import { Devices } from './live/devices.ts';
import { Live } from './live/live.ts';
import { MOST_TOKENS, serveSockets } from './live/sockets.ts';
import { passage } from './passages/passage.ts';
import supergraphSdl from './supergraph.graphql';

/** A subscription that came over HTTP is told where subscriptions are. */
const subscriptionsElsewhere: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, request }) => {
      if (operation?.operation === 'subscription')
        throw new GraphQLError('Subscriptions go over a WebSocket on this path, sub-protocol graphql-transport-ws.', {
          extensions: { code: 'BAD_USER_INPUT' },
        });
      if (hasNul([request.query, request.variables])) throw NUL_REFUSED;
    },
  }),
};

/** The directory checks the token of whoever imports, history that of whoever exports; a link to media is signed, and is all that it takes. */
const IMPORT_HEADERS = ['authorization', 'content-type', 'content-length', 'content-encoding', 'accept'];
const EXPORT_HEADERS = ['authorization', 'accept', 'accept-language'];
const MEDIA_HEADERS = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'accept'];

const SETTINGS = Symbol('gateway settings');
interface Settings {
  readonly bus: Bus;
  readonly identities: Identities;
  readonly urls: Readonly<Record<'directory' | 'presence' | 'routing' | 'recording' | 'history' | 'webhooks', string>>;
}

/** The one door: composes the graph, knows who asks, pushes to agent apps. */
@Module({})
export class GatewayModule implements OnModuleInit, OnApplicationShutdown {
  private readonly live = new Live(this.o.bus);
  private readonly devices = new Devices(this.o.bus);
  private server: ApolloServer<GatewayContext> | undefined;
  private sockets: { close(): Promise<void> } | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(SETTINGS) private readonly o: Settings,
  ) {}

  static async from(env: {
    NATS_URL: string;
    JWT_PUBLIC_KEY_FILE?: string | undefined;
    JWKS_URL?: string | undefined;
    DIRECTORY_URL: string;
    PRESENCE_URL: string;
    ROUTING_URL: string;
    RECORDING_URL: string;
    HISTORY_URL: string;
    WEBHOOKS_URL: string;
  }): Promise<DynamicModule> {
    const [identities, bus] = await Promise.all([Identities.from(env), Bus.connect({ url: env.NATS_URL, name: 'gateway' })]);
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
          checks: () => ({
            nats: () => bus.connected,
            ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, () => answers(url)])),
          }),
        }),
      ],
      providers: [{ provide: SETTINGS, useValue: { bus, identities, urls } satisfies Settings }],
    };
  }

  async onModuleInit(): Promise<void> {
    const { identities, urls } = this.o;
    await Promise.all([this.live.start(), this.devices.start((nodeId) => this.live.signedOut(nodeId))]);
    const schema = composeGraph(supergraphSdl, urls, this.live.events);
    const http = this.host.httpAdapter.getHttpServer() as Server;
    this.server = new ApolloServer<GatewayContext>({
      schema,
      introspection: true,
      csrfPrevention: true,
      parseOptions: { maxTokens: MOST_TOKENS },
      validationRules: [operationLimits],
      plugins: [subscriptionsElsewhere],
      formatError: (formatted, error) => sayError(formatted, error),
    });
    await this.server.start();
    const app = this.host.httpAdapter.getInstance<express.Express>();
    app.get('/', (_, response) => void response.type('html').send(landingPage));
    app.post('/contacts/import', passage({ base: urls.directory, under: '/contacts/import', headers: IMPORT_HEADERS }));
    app.get('/history/export.csv', passage({ base: urls.history, under: '/history/export.csv', headers: EXPORT_HEADERS }));
    app.get('/media/*key', passage({ base: urls.recording, under: '/media/', headers: MEDIA_HEADERS }));
    const context = async ({ req, res }: { req: express.Request; res: express.Response }): Promise<GatewayContext> => ({
      identity: req.headers.authorization === undefined ? null : await identities.of(req.headers.authorization),
      language: languageOf(req.headers['accept-language']),
      gone: whenGone(res),
    });
    app.use('/graphql', graphqlBody(), expressMiddleware(this.server, { context }));
    this.sockets = serveSockets({ http, path: '/graphql', schema, identities, devices: this.devices });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.devices.stop();
    await this.sockets?.close();
    await this.live.stop();
    await this.server?.stop();
    await this.o.bus.close();
  }
}

/** Aborted when whoever asked leaves before the answer. */
function whenGone(response: express.Response): AbortSignal {
  const gone = newGone();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Whether a subgraph takes work. */
const answers = (url: string): Promise<boolean> =>
  fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
