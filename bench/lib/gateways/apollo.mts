/** Apollo's gateway as its documentation starts it: `node apollo.mts '<{ supergraph, urls }>'`. Tells its port over IPC. */
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { AddressInfo } from 'node:net';

const { supergraph, urls } = JSON.parse(process.argv[2] ?? '{}') as { supergraph: string; urls: Record<string, string> };
interface Context {
  readonly authorization?: string;
}
const gateway = new ApolloGateway({
  supergraphSdl: supergraph,
  buildService: ({ name, url }) =>
    new RemoteGraphQLDataSource<Context>({
      url: urls[name ?? ''] ?? url ?? '',
      willSendRequest: ({ request, context }) => request.http?.headers.set('authorization', context.authorization ?? ''),
    }),
  logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error },
});
const server = new ApolloServer<Context>({ gateway: gateway as never });
await server.start();
const app = express();
app.use(
  '/graphql',
  express.json(),
  expressMiddleware(server, { context: async ({ req }) => ({ authorization: req.headers.authorization ?? '' }) }),
);
const http = app.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0)); // nobody is left to ask
