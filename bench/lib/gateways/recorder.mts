/**
 * Stands before the services and answers from memory what it has been asked before: so that a gateway is measured and not what is behind it.
 * `node recorder.mts '<{ name: url }>'`; tells its ports over IPC.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Kept {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}
const services = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
const kept = new Map<string, Promise<Kept>>();

async function ask(url: string, body: Buffer, authorization: string): Promise<Kept> {
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization } });
  return {
    status: answer.status,
    type: answer.headers.get('content-type') ?? 'application/json',
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

const ports = await Promise.all(
  Object.entries(services).map(async ([name, url]) => {
    const server = createServer(async (request, response) => {
      const body = await buffer(request);
      const key = `${name} ${body.toString('latin1')}`;
      const known = kept.get(key) ?? ask(url, body, request.headers.authorization ?? '');
      kept.set(key, known);
      const answer = await known;
      response.writeHead(answer.status, { 'content-type': answer.type, 'content-length': answer.body.length }).end(answer.body);
    });
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return [name, (server.address() as AddressInfo).port] as const;
  }),
);
process.send?.({ ports: Object.fromEntries(ports) });
process.on('disconnect', () => process.exit(0)); // nobody is left to ask
