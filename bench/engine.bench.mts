/**
 * Real calls: Cordboard on an Asterisk of its own, against bare ARI calls that do the same on another one, in one run and by the same
 * telephones, which speak SIP and tell tones apart. An agent's phone answers: when do both hear each other? A warm transfer is
 * completed: when do caller and target? Then `calls` calls at once, each recorded: processor time and memory of engine and services.
 */
import { hire, eventually, PhoneNetwork, type SipCall, testSounds } from '@cordboard/testing';
import { prepareAsterisk, startAsterisk, type PreparedEngine } from '@cordboard/tools/asterisk';
import { freePort } from '@cordboard/tools/ports';
import { rssMiB, startStack } from '@cordboard/tools/stack';
import { signToken } from '@cordboard/tools/tokens';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { bareDialer } from './lib/bare-ari.mts';
import { cpuMsOf } from './lib/cpu.mts';
import { figure, flag, quantile } from './lib/figure.mts';

const ROUNDS = flag('rounds', 30);
const CALLS = flag('calls', 50);
const SECONDS = flag('seconds', 20);
/** The first of those who are hired hand calls over; the second takes them. */
const AGENTS = Array.from({ length: CALLS }, (_, i) => `agent-${i}`);

interface Lane {
  readonly engine: PreparedEngine;
  readonly network: PhoneNetwork;
  readonly dir: string;
}

/** An engine that is not started yet, and telephones for it. */
async function lane(): Promise<Lane> {
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-engine-'));
  const server = { ip: '127.0.0.1', port: await freePort() };
  const network = await PhoneNetwork.open({ server, isCrowd: true });
  const engine = await prepareAsterisk({ dir, agents: AGENTS, trunk: network.carrier, sipPort: server.port, sounds: testSounds });
  return { engine, network, dir };
}

const [ours, theirs] = [await lane(), await lane()];
const stack = await startStack({ asterisk: ours.engine });
const bareEngine = await startAsterisk(theirs.engine);
const bare = await bareDialer(theirs.engine);
const clients: Client[] = [];
const heard = { ours: [] as number[], theirs: [] as number[] };
const completed = { ours: [] as number[], theirs: [] as number[] };

try {
  await Promise.all([ours, theirs].map(({ network, engine }) => network.register(engine.secrets)));
  const hired = await hire(stack.databaseUrl, CALLS);
  const tokens = await Promise.all(hired.map(({ id }) => signToken('alice', { dataDir: stack.dataDir, claims: { sub: id } })));
  await Promise.all(tokens.map((token) => present(token)));
  await recordEverything(await signToken('ada', { dataDir: stack.dataDir }));
  for (let round = 0; round < ROUNDS; round += 1) {
    await transferred(hired[0]?.e164 ?? '', tokens, round);
    await transferredBare(round);
  }
  compare('answer to both hearing each other', heard);
  compare('completion to both hearing each other', completed);
  await crowd(
    hired.map(({ e164 }) => e164),
    tokens,
  );
} finally {
  for (const client of clients) await client.dispose();
  await bare.close();
  for (const { network } of [ours, theirs]) await network.close();
  await stack.stop();
  await bareEngine.stop();
  for (const { dir } of [ours, theirs]) rmSync(dir, { recursive: true, force: true });
}

function compare(what: string, of: { readonly ours: readonly number[]; readonly theirs: readonly number[] }): void {
  figure('engine', `${what} p50`, quantile(of.ours, 0.5), 'ms', quantile(of.theirs, 0.5));
  figure('engine', `${what} p99`, quantile(of.ours, 0.99), 'ms', quantile(of.theirs, 0.99));
  figure('engine', `${what}: added by us p50`, quantile(of.ours, 0.5) - quantile(of.theirs, 0.5), 'ms');
}

/** A call through Cordboard: the first agent answers, consults the second, and completes. */
async function transferred(number: string, tokens: readonly string[], round: number): Promise<void> {
  const caller = await ours.network.call(`+3361${String(round).padStart(7, '0')}`, number);
  heard.ours.push(await answered(ours, caller, 'agent-0'));
  const callId = await eventually(
    async () =>
      (await ask<{ myCalls: { id: string; state: string }[] }>(tokens[0] ?? '', '{ myCalls { id state } }')).myCalls.find(
        ({ state }) => state === 'IN_PROGRESS',
      )?.id,
  );
  const { startTransfer } = await ask<{ startTransfer: { id: string } }>(
    tokens[0] ?? '',
    'mutation($callId: ID!) { startTransfer(input: { callId: $callId, mode: WARM, target: { agentId: "agent-1" } }) { ... on Transfer { id } } }',
    { callId },
  );
  await answered(ours, phoneOf(ours, 'agent-0'), 'agent-1');
  const both = together(ours, caller, phoneOf(ours, 'agent-1'));
  const began = performance.now();
  const answer = ask(tokens[0] ?? '', 'mutation($id: ID!) { completeTransfer(transferId: $id) { __typename } }', { id: startTransfer.id });
  completed.ours.push((await both) - began);
  await answer;
  await caller.hangup();
  await eventually(() => ours.network.calls.length === 0);
  await Promise.all(tokens.slice(0, 2).map((token) => freeAgain(token)));
}

/** The same by bare ARI calls. */
async function transferredBare(round: number): Promise<void> {
  bare.next('agent-0');
  const caller = await theirs.network.call(`+3361${String(round).padStart(7, '0')}`, '+33188001000');
  heard.theirs.push(await answered(theirs, caller, 'agent-0'));
  await bare.consult('agent-1');
  await answered(theirs, phoneOf(theirs, 'agent-0'), 'agent-1');
  const both = together(theirs, caller, phoneOf(theirs, 'agent-1'));
  const began = performance.now();
  const done = bare.complete();
  completed.theirs.push((await both) - began);
  await done;
  await caller.hangup();
  await bare.clear();
  await eventually(() => theirs.network.calls.length === 0);
}

/** Everybody calls at once, and is recorded. */
async function crowd(numbers: readonly string[], tokens: readonly string[]): Promise<void> {
  const services = () => Object.values(stack.services).map(({ pid }) => pid);
  const run = async ({ network, dir }: Lane, begin: () => Promise<void>, pids: () => readonly number[]) => {
    await begin();
    const answering = setInterval(
      () => network.calls.filter(({ state, invite }) => invite && state === 'ringing').forEach((call) => call.answer()),
      20,
    );
    await eventually(() => network.calls.filter(({ state }) => state === 'up').length === 2 * CALLS, Boolean, 60_000);
    clearInterval(answering);
    const engine = pidIn(dir);
    const before = [cpuMsOf(engine), sum(pids(), cpuMsOf)];
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
    const part = [cpuMsOf(engine) - (before[0] ?? 0), sum(pids(), cpuMsOf) - (before[1] ?? 0)].map((ms) => (ms / SECONDS / 1_000) * 100);
    const rss = [rssMiB(engine), sum(pids(), rssMiB)];
    await Promise.all(network.calls.filter(({ invite }) => !invite).map((call) => call.hangup()));
    return { engine: { cpu: part[0] ?? 0, rss: rss[0] ?? 0 }, services: { cpu: part[1] ?? 0, rss: rss[1] ?? 0 } };
  };
  const call = (network: PhoneNetwork) => async () => {
    for (const [i, number] of numbers.entries()) await network.call(`+3362${String(i).padStart(7, '0')}`, number);
  };
  const withUs = await run(ours, call(ours.network), services);
  bare.crowd(AGENTS);
  const alone = await run(theirs, call(theirs.network), () => []);
  figure('engine', `${CALLS} recorded calls: engine`, withUs.engine.cpu, '% of a core', alone.engine.cpu);
  figure('engine', `${CALLS} recorded calls: engine's memory`, withUs.engine.rss, 'MiB', alone.engine.rss);
  figure('engine', `${CALLS} recorded calls: all services`, withUs.services.cpu, '% of a core');
  figure('engine', `${CALLS} recorded calls: all services' memory`, withUs.services.rss, 'MiB');
  await Promise.all(tokens.map((token) => freeAgain(token)));
}

/** The phone of an agent rings and is picked up. @returns how long after that both heard each other, in ms */
async function answered(at: Lane, other: SipCall, agent: string): Promise<number> {
  const phone = await eventually(() => at.network.device(agent).live.find(({ state }) => state === 'ringing'));
  if (!phone) throw new Error(`${agent} is not rung`);
  const both = together(at, other, phone);
  const began = performance.now();
  phone.answer();
  return (await both) - began;
}

async function together({ network }: Lane, one: SipCall, other: SipCall): Promise<number> {
  return Math.max(
    ...(await Promise.all([one.media.firstHeard(network.tone(other.address)), other.media.firstHeard(network.tone(one.address))])),
  );
}

function phoneOf({ network }: Lane, agent: string): SipCall {
  const [call] = network.device(agent).live;
  if (!call) throw new Error(`${agent} is in no call`);
  return call;
}

async function present(token: string): Promise<void> {
  const client = createClient({
    url: stack.wsUrl,
    webSocketImpl: WebSocket,
    lazy: false,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  clients.push(client);
  await new Promise<void>((resolve) => client.on('connected', () => resolve()));
}

async function recordEverything(token: string): Promise<void> {
  await ask(token, 'mutation { updatePolicy(recording: ALWAYS) { __typename } }');
}

async function freeAgain(token: string): Promise<void> {
  await eventually(
    async () => {
      const { me } = await ask<{ me: { presence: { availability: string; wrapUp: { callId: string } | null } } }>(
        token,
        '{ me { presence { availability wrapUp { callId } } } }',
      );
      if (me.presence.wrapUp)
        await ask(token, 'mutation($id: ID!) { endWrapUp(callId: $id) { __typename } }', { id: me.presence.wrapUp.callId });
      return me.presence.availability === 'AVAILABLE';
    },
    Boolean,
    60_000,
  );
}

async function ask<Data>(token: string, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: readonly { message: string }[] };
  if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
  return data;
}

/** The process whose command line names this directory. */
function pidIn(dir: string): number {
  const found = readdirSync('/proc').find((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`${dir}/etc/asterisk.conf`);
    } catch {
      return false; // it has ended meanwhile
    }
  });
  if (!found) throw new Error(`no engine runs in ${dir}`);
  return Number(found);
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((all, pid) => all + of(pid), 0);
}
