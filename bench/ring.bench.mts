/**
 * A team of 50 is rung at once through the whole of Cordboard, each with a socket of their own: how long after startTransfer was sent
 * the first and the last app is shown the offer, and how long after acceptOffer was sent caller and winner hear each other. Against
 * what the machine needs for it at the least, in the same run, by the same clients: a bare server that is asked over HTTP and sends 50
 * frames of that size, and two HTTP round trips to the simulated network.
 */
import { spawn } from 'node:child_process';
import { eventually, hire } from '@cordboard/testing';
import { freePort } from '@cordboard/tools/ports';
import { startStack } from '@cordboard/tools/stack';
import { signToken } from '@cordboard/tools/tokens';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { figure, flag, quantile } from './lib/figure.mts';

const MEMBERS = 50;
const ROUNDS = flag('rounds', 20);
const TEAM = 'fifty';

interface Shown {
  readonly agent: number;
  readonly offerId: string;
  readonly at: number;
}

const bare = await bareFanOut();
const stack = await startStack();
const shown: Shown[] = [];
let frame = 0;
const clients: Client[] = [];
const measured: { first: number[]; last: number[]; spread: number[]; heard: number[] } = { first: [], last: [], spread: [], heard: [] };
const least: typeof measured = { first: [], last: [], spread: [], heard: [] };

try {
  const hired = await hire(stack.databaseUrl, MEMBERS + 1, { id: TEAM, members: MEMBERS });
  const tokens = await Promise.all(hired.map(({ id }) => signToken('alice', { dataDir: stack.dataDir, claims: { sub: id } })));
  await Promise.all(tokens.map((token, agent) => listen(token, agent)));
  for (let round = 0; round < ROUNDS; round += 1) await ring(round, tokens, hired[MEMBERS]?.e164 ?? '');
  const p50 = (values: readonly number[]) => quantile(values, 0.5);
  figure('ring', 'startTransfer to first offer shown p50', p50(measured.first), 'ms', p50(least.first));
  figure('ring', 'startTransfer to last offer shown p50', p50(measured.last), 'ms', p50(least.last));
  figure('ring', 'startTransfer to last offer shown p99', quantile(measured.last, 0.99), 'ms', quantile(least.last, 0.99));
  figure('ring', 'first to last offer p50', p50(measured.spread), 'ms', p50(least.spread));
  figure('ring', 'acceptOffer to both hearing each other p50', p50(measured.heard), 'ms', p50(least.heard));
} finally {
  for (const client of clients) await client.dispose();
  await stack.stop();
  bare.stop();
}

async function ring(round: number, tokens: readonly string[], number: string): Promise<void> {
  const from = tokens[MEMBERS] ?? '';
  const { legId } = await simulator<{ legId: string }>('POST', '/calls', { from: `+336${String(round).padStart(8, '0')}`, to: number });
  const direct = await eventually(() => shown.find(({ agent }) => agent === MEMBERS));
  const callId = await accept(from, direct?.offerId ?? '');
  shown.length = 0;

  const began = performance.now();
  const { startTransfer } = await ask<{ startTransfer: { id?: string } }>(
    from,
    'mutation($input: StartTransferInput!) { startTransfer(input: $input) { ... on Transfer { id } } }',
    { input: { callId, mode: 'COLD', target: { teamId: TEAM } } },
  );
  if (!startTransfer.id) throw new Error('the transfer was refused');
  await eventually(
    () => shown.length,
    (n) => n === MEMBERS,
    60_000,
  );
  take(
    measured,
    began,
    shown.map(({ at }) => at),
  );

  const winner = shown[Math.floor(Math.random() * MEMBERS)];
  const accepted = performance.now();
  const answer = accept(tokens[winner?.agent ?? 0] ?? '', winner?.offerId ?? '');
  await eventually(
    async () => (await simulator<{ id: string; hears: string[] }[]>('GET', '/legs')).find(({ id }) => id === legId)?.hears,
    (hears) => hears?.length === 1 && hears[0] !== 'music' && hears[0] !== 'ringback',
    60_000,
  );
  measured.heard.push(performance.now() - accepted);
  const newCallId = await answer;

  const two = performance.now();
  await simulator('GET', '/legs');
  await simulator('GET', '/legs');
  least.heard.push(performance.now() - two);
  const asked = performance.now();
  take(least, asked, await bare.send(frame));

  await simulator('POST', `/legs/${legId}/hangup`);
  await eventually(
    async () => {
      const token = tokens[winner?.agent ?? 0] ?? '';
      await ask(token, 'mutation($id: ID!) { endWrapUp(callId: $id) { __typename } }', { id: newCallId });
      const seen = await ask<{ team: { availableMembers: object[] }; agent: { presence: { availability: string } } }>(
        from,
        'query($team: ID!, $agent: ID!) { team(id: $team) { availableMembers { id } } agent(id: $agent) { presence { availability } } }',
        { team: TEAM, agent: `agent-${MEMBERS}` },
      );
      return seen.team.availableMembers.length === MEMBERS && seen.agent.presence.availability === 'AVAILABLE';
    },
    Boolean,
    90_000,
  );
  shown.length = 0;
}

function take(into: typeof measured, began: number, at: readonly number[]): void {
  const [first, last] = [Math.min(...at), Math.max(...at)];
  into.first.push(first - began);
  into.last.push(last - began);
  into.spread.push(last - first);
}

/** An agent's app, as far as it is shown what rings. Resolves once it is connected. */
async function listen(token: string, agent: number): Promise<void> {
  let connected = false;
  const client = createClient({
    url: stack.wsUrl,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { connected: () => (connected = true) },
  });
  clients.push(client);
  client.subscribe<{ offers: { offer?: { id: string } } }>(
    { query: 'subscription { offers { ... on OfferMade { offer { id kind callId displayNumber caller note } } } }' },
    {
      next: ({ data }) => {
        frame = Math.max(frame, JSON.stringify(data).length + 80);
        if (data?.offers.offer) shown.push({ agent, offerId: data.offers.offer.id, at: performance.now() });
      },
      error: (error) => console.error(error),
      complete: () => undefined,
    },
  );
  await eventually(() => connected);
}

/** Asked again where the engine was not quick enough on a machine that is busy: the first acceptance holds. */
async function accept(token: string, offerId: string): Promise<string> {
  const query = 'mutation($id: ID!) { acceptOffer(offerId: $id) { ... on Call { id } } }';
  const answer = await eventually(
    () => ask<{ acceptOffer: { id?: string } }>(token, query, { id: offerId }).catch((error: Error) => void console.error(error.message)),
    (seen) => seen !== undefined,
    60_000,
  );
  if (!answer?.acceptOffer.id) throw new Error('the offer could not be taken');
  return answer.acceptOffer.id;
}

async function ask<Data>(token: string, query: string, variables: object): Promise<Data> {
  const answer = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data: Data; errors?: { message: string }[] };
  if (errors) throw new Error(errors[0]?.message);
  return data;
}

async function simulator<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${stack.simulatorUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await answer.json()) as T;
}

/** A server in a process of its own that sends a frame to 50 sockets when it is asked over HTTP. `send` gives when each arrived. */
async function bareFanOut(): Promise<{ send(bytes: number): Promise<readonly number[]>; stop(): void }> {
  const port = await freePort();
  const program = `
    import { createServer } from 'node:http';
    import { WebSocketServer } from 'ws';
    const http = createServer((asked, answer) => {
      const frame = 'x'.repeat(Number(asked.url.slice(1)));
      for (const socket of sockets.clients) socket.send(frame);
      answer.end();
    }).listen(${port}, '127.0.0.1');
    const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `127.0.0.1:${port}`;
  await eventually(() =>
    fetch(`http://${url}/1`).then(
      () => true,
      () => false,
    ),
  );
  const arrived: number[] = [];
  await Promise.all(
    Array.from({ length: MEMBERS }, () => {
      const socket = new WebSocket(`ws://${url}`);
      socket.on('message', () => arrived.push(performance.now()));
      return new Promise((resolve) => socket.once('open', resolve));
    }),
  );
  return {
    send: async (bytes) => {
      arrived.length = 0;
      await fetch(`http://${url}/${bytes}`);
      await eventually(
        () => arrived.length,
        (n) => n === MEMBERS,
      );
      return [...arrived];
    },
    stop: () => void server.kill(),
  };
}
