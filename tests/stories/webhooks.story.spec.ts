import { eventually, freePort } from '@cordboard/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { World, type AgentApp } from './people.ts';

const NOTES_SECONDS = 2;
const EXAMPLE = join(import.meta.dirname, '../../examples/status-after-transfer/receiver.mjs');
const CREATE =
  'mutation($url: String!, $events: [String!]!) { createWebhook(url: $url, events: $events) { ... on Webhook { id secret } ... on Refused { message } } }';

let world: World, alice: AgentApp, bob: AgentApp, ada: AgentApp;
let example: ChildProcess, receiver: Server;
/** What the example said. */
let said = '';
/** What another receiver was told, once its signature was checked. */
const told: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[] = [];

beforeAll(async () => {
  world = await World.begin();
  ({ alice, bob } = await world.people('alice', 'bob'));
  ada = await world.agent('ada');
  await createExample();
  await createReceiver();
}, 120_000);
afterAll(async () => {
  example?.kill();
  receiver?.close();
  await world?.end();
}, 60_000);

async function create(url: string, events: readonly string[]): Promise<{ id: string; secret: string }> {
  return (await ada.get<{ createWebhook: { id: string; secret: string } }>(CREATE, { url, events })).createWebhook;
}

/** The example as a program of its own, as whoever reads it would start it. */
async function createExample(): Promise<void> {
  const port = await freePort();
  const { secret } = await create(`http://localhost:${port}/`, ['call.transferred']);
  const env = { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret, NOTES_SECONDS: String(NOTES_SECONDS) };
  example = spawn(process.execPath, [EXAMPLE], {
    env: { ...env, CORDBOARD_URL: world.stack.url, CORDBOARD_TOKEN: ada.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  example.stdout?.on('data', (piece: Buffer) => (said += String(piece)));
  await eventually(() => said.includes('listening'));
}

async function createReceiver(): Promise<void> {
  let secret = '';
  receiver = createServer(async (request, response) => {
    const body = await text(request);
    told.push(new Webhook(secret).verify(body, request.headers as Record<string, string>) as (typeof told)[number]);
    response.end();
  });
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  const events =
    'call.created call.answered call.hold call.unhold call.transferred call.unsuccessful_transfer call.hungup call.ended user.wut_start';
  ({ secret } = await create(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, events.split(' ')));
}

const presenceOf = async (app: AgentApp): Promise<{ status: string; availability: string; reason: string | null }> =>
  (
    await app.get<{ me: { presence: { status: string; availability: string; reason: string | null } } }>(
      '{ me { presence { status availability reason } } }',
    )
  ).me.presence;
/** What was told of a call, in order. */
const of = (id: string): readonly string[] =>
  told.filter(({ data }) => (data['call'] as { id: string } | undefined)?.id === id).map(({ type }) => type);
const transferredCold = async (): Promise<string> => {
  const { callerLeg, callId } = await world.talking(alice);
  await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } });
  await bob.accept((await bob.rung('COLD_TRANSFER')).id);
  await world.together(callerLeg, 'bob');
  return callId;
};

it('S35 after a cold transfer to a colleague a webhook makes the agent unavailable, and available again', async () => {
  const callId = await transferredCold();
  await eventually(
    () => presenceOf(alice),
    ({ status }) => status === 'UNAVAILABLE',
  );
  expect(await presenceOf(alice)).toEqual({ status: 'UNAVAILABLE', availability: 'UNAVAILABLE', reason: 'notes after a transfer' });
  await eventually(
    () => presenceOf(alice),
    ({ status }) => status === 'AVAILABLE',
  );
  await eventually(() => alice.steps('alice').slice(-2).join() === 'UNAVAILABLE,AVAILABLE');

  const { newCallId } = (await eventually(
    () => told.find(({ type }) => type === 'call.transferred')?.data['transfer'] as { newCallId: string } | undefined,
    (transfer) => transfer !== undefined,
  )) as { newCallId: string };
  await world.allQuiet(bob);
  await eventually(() => of(newCallId).includes('call.ended'));
  expect(of(callId)).toEqual(['call.created', 'call.answered', 'call.transferred', 'call.ended']);
  expect(of(newCallId)).toEqual(['call.created', 'call.answered', 'call.hungup', 'call.ended']);
  await eventually(() => told.some(({ type }) => type === 'user.wut_start'));
  expect(told.filter(({ type }) => type === 'user.wut_start').map(({ data }) => data['agentId'])).toEqual(['bob']);
});

it('S35 but not where the agent chose something else meanwhile', async () => {
  await transferredCold();
  await eventually(
    () => presenceOf(alice),
    ({ status }) => status === 'UNAVAILABLE',
  );
  await alice.setStatus('BUSY');
  await eventually(() => said.includes('alice is BUSY by choice'));
  expect(await presenceOf(alice)).toMatchObject({ status: 'BUSY' });
  await alice.setStatus('AVAILABLE');
  await world.allQuiet(alice, bob);
});

it('a consultation is told as a hold, and taking it back as an unsuccessful transfer', async () => {
  const { callerLeg, callId } = await world.talking(alice);
  const { startTransfer } = await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } });
  await bob.accept((await bob.rung('WARM_TRANSFER')).id);
  await alice.settle('cancelTransfer($id)', startTransfer.id);
  await world.together(callerLeg, 'alice');
  await world.simulator('POST', `/legs/${callerLeg}/hangup`);
  await eventually(() => of(callId).includes('call.ended'));
  expect(of(callId)).toEqual([
    'call.created',
    'call.answered',
    'call.hold',
    'call.unsuccessful_transfer',
    'call.unhold',
    'call.hungup',
    'call.ended',
  ]);
  await world.allQuiet(alice, bob);
});

it('agents neither see nor make webhooks, supervisors see them, and nothing inside can be named', async () => {
  const sam = await world.agent('sam');
  const codes = async (app: AgentApp, operation: string) => (await app.ask(operation)).errors?.map(({ extensions }) => extensions.code);
  const made = 'mutation { createWebhook(url: "https://8.8.8.8/", events: ["call.ended"]) { __typename } }';
  expect([await codes(alice, '{ webhooks { id } }'), await codes(alice, made), await codes(sam, made)]).toEqual(
    Array(3).fill(['FORBIDDEN']),
  );
  expect((await sam.get<{ webhooks: { secret: null }[] }>('{ webhooks { id secret } }')).webhooks.map(({ secret }) => secret)).toEqual([
    null,
    null,
  ]);
  const inside = 'mutation { createWebhook(url: "http://169.254.169.254/", events: ["call.ended"]) { ... on Refused { code } } }';
  expect(await ada.get(inside)).toEqual({ createWebhook: { code: 'FORBIDDEN_ADDRESS' } });
});
