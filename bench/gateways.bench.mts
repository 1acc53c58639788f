/**
 * The same services and operations through ours, Apollo's gateway and Hive's, each as it comes and in a process of its own: requests a second, CPU
 * time of the gateway for each, latency. What is behind answers from memory what it was asked before. Ours checks the token, as always; the others
 * do not. Ratios are to ours. Requests are of 32 agents; those of one agent, which "single flight" and "dedup" ask once where they are equal and come at
 * the same time, are held against each other.
 * Mercurius knows federation 1 alone and cannot read this graph. Live: changes of presence that 200 apps watch, in deliveries for a second of the gateway's
 * CPU time; Hive is told them by a service that follows ours, and tells its clients as server-sent events.
 * `--seconds=2 --rounds=3 --connections=32 --watchers=200 --changes=60`
 */
import { eventually, hire } from '@cordboard/testing';
import { installPeers, startPeer } from '@cordboard/tools/peers';
import { freePort } from '@cordboard/tools/ports';
import { startStack } from '@cordboard/tools/stack';
import { signToken } from '@cordboard/tools/tokens';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import WebSocket from 'ws';
import { cpuMsOf } from './lib/cpu.mts';
import { figure, flag, quantile } from './lib/figure.mts';

const SECONDS = flag('seconds', 2);
const ROUNDS = flag('rounds', 3);
const CONNECTIONS = flag('connections', 32);
const WATCHERS = flag('watchers', 200);
const CHANGES = flag('changes', 60);
const WATCHED =
  'subscription { presence { __typename ... on PresenceChanged { agent { id presence { status availability reason since version } } } } }';

const OPERATIONS = {
  'one service': '{ me { id name extension role } }',
  'three services': '{ me { id name presence { availability version since } teams { id name } currentCalls { id state } } }',
  'a list of 50 with a join': '{ agents(first: 50) { edges { node { id name presence { availability version since reason } } } } }',
  'two joins deep':
    '{ teams { id name members { id name presence { availability since } currentCalls { id } } availableMembers { id } dedicatedNumber { id label } } }',
} as const;

interface Lane {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

interface Watchers {
  /** How many changes have arrived, at all of them together. */
  readonly arrived: () => number;
  readonly end: () => void;
}

installPeers();
const stack = await startStack({});
const children: ChildProcess[] = [];
const lanes: Lane[] = [];
try {
  const hired = await hire(stack.databaseUrl, 60, { id: 'sixty', members: 50 });
  const tokens = await Promise.all(hired.map(({ id }) => signToken('sam', { dataDir: stack.dataDir, claims: { sub: id } })));
  const recorder = fork(
    new URL('./lib/gateways/recorder.mts', import.meta.url),
    [JSON.stringify(Object.fromEntries(Object.entries(stack.services).map(([name, { url }]) => [name, `${new URL(url).origin}/graphql`])))],
    { execArgv: ['--import', './tools/register.mjs'] },
  );
  children.push(recorder);
  const [{ ports }] = (await once(recorder, 'message')) as [{ ports: Record<string, number> }];
  const urls = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `http://127.0.0.1:${port}/graphql`]));
  const supergraph = readFileSync('apps/gateway/src/supergraph.graphql', 'utf8');

  lanes.push(await ours('ours', {}), await ours('ours, single flight', { SINGLE_FLIGHT: 'true' }), await apollo());
  for (const [name, also] of [
    ['Hive', {}],
    ['Hive, dedup', { dedup: true }],
    ['Hive with its Rust planner', { rust: true }],
    ['Hive with its Rust planner, dedup', { rust: true, dedup: true }],
  ] as const)
    lanes.push({ name, ...(await startPeer('hive.mjs', { supergraph, urls, ...also })) });

  for (const [operation, query] of Object.entries(OPERATIONS)) {
    const body = JSON.stringify({ query });
    const answers = await Promise.all(lanes.map(({ url }) => once1(url, body)));
    const [first] = answers;
    answers.forEach((answer, i) => {
      if (answer !== first) throw new Error(`${lanes[i]?.name} answers ${operation} otherwise: ${answer.slice(0, 300)}`);
    });
    const took = new Map(lanes.map(({ name }) => [name, { rate: [] as number[], cpu: [] as number[], latency: [] as number[] }]));
    for (let round = -1; round < ROUNDS; round += 1)
      for (const lane of lanes) {
        const { done, ms, cpuMs, latency } = await load(lane, body);
        const of = took.get(lane.name);
        if (round < 0 || !of) continue;
        of.rate.push(done / (ms / 1_000));
        of.cpu.push(cpuMs / done);
        of.latency.push(...latency);
      }
    for (const { name } of lanes) {
      const against = took.get(isShared(name) ? 'ours, single flight' : 'ours');
      const of = took.get(name);
      if (!of || !against) continue;
      figure('gateways', `${operation}: ${name}`, quantile(of.rate, 0.5), 'requests/s', quantile(against.rate, 0.5));
      figure('gateways', `${operation}: ${name}, CPU`, quantile(of.cpu, 0.5), 'ms/request', quantile(against.cpu, 0.5));
      figure('gateways', `${operation}: ${name}, p50`, quantile(of.latency, 0.5), 'ms', quantile(against.latency, 0.5));
      figure('gateways', `${operation}: ${name}, p99`, quantile(of.latency, 0.99), 'ms', quantile(against.latency, 0.99));
    }
  }

  await live();

  /** The same changes, told by one gateway after the other. */
  async function live(): Promise<void> {
    const events = fork(new URL('./lib/gateways/events.mts', import.meta.url), [JSON.stringify({ wsUrl: stack.wsUrl, token: tokens[0] })], {
      execArgv: ['--import', './tools/register.mjs'],
    });
    children.push(events);
    const [{ port }] = (await once(events, 'message')) as [{ port: number }];
    const [us] = lanes;
    const eventsUrl = `http://127.0.0.1:${port}/graphql`;
    const rates = new Map<string, number>();
    if (us) rates.set(us.name, await deliveries(us, await watchOurs(us.url)));
    for (const [name, also] of [
      ['Hive', {}],
      ['Hive with its Rust planner', { rust: true }],
    ] as const) {
      const lane: Lane = { name, ...(await startPeer('hive.mjs', { supergraph, urls, eventsUrl, ...also })) };
      lanes.push(lane);
      rates.set(name, await deliveries(lane, await watchHive(lane.url)));
    }
    for (const [name, rate] of rates) figure('gateways', `live: ${name}`, rate, 'deliveries/CPU s', rates.get('ours'));
  }

  /** For a second of the gateway's CPU time. */
  async function deliveries(lane: Lane, watchers: Watchers): Promise<number> {
    const before = cpuMsOf(lane.pid);
    for (let i = 0; i < CHANGES; i += 1) {
      const query = `mutation { setStatus(status: ${i % 2 === 0 ? 'BUSY' : 'AVAILABLE'}) { __typename } }`;
      await fetch(stack.url, { method: 'POST', body: JSON.stringify({ query }), headers: headers(1 + (Math.floor(i / 2) % 20)) });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await eventually(watchers.arrived, (n) => n >= CHANGES * WATCHERS, 60_000);
    const cpuMs = cpuMsOf(lane.pid) - before;
    watchers.end();
    return (CHANGES * WATCHERS) / (cpuMs / 1_000);
  }

  function watchOurs(url: string): Promise<Watchers> {
    let arrived = 0;
    const sockets = Array.from({ length: WATCHERS }, (_, i) => {
      const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { perMessageDeflate: false });
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: headers(i).authorization } })),
      );
      socket.on('message', (data) => {
        const text = String(data as Buffer);
        if (text.startsWith('{"type":"connection_ack"'))
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: WATCHED } }));
        else if (text.includes('"PresenceChanged"')) arrived += 1;
      });
      return socket;
    });
    return settled({ arrived: () => arrived, end: () => sockets.forEach((socket) => socket.close()) }, () => (arrived = 0));
  }

  function watchHive(url: string): Promise<Watchers> {
    let arrived = 0;
    const stop = new AbortController();
    for (let i = 0; i < WATCHERS; i += 1)
      void fetch(url, {
        method: 'POST',
        body: JSON.stringify({ query: WATCHED }),
        headers: { ...headers(i), accept: 'text/event-stream' },
        signal: stop.signal,
      })
        .then(async ({ body }) => {
          const decoder = new TextDecoder();
          for await (const piece of body ?? []) arrived += decoder.decode(piece as Uint8Array).split('"PresenceChanged"').length - 1;
        })
        .catch((error: unknown) => stop.signal.aborted || console.error(error));
    return settled({ arrived: () => arrived, end: () => stop.abort() }, () => (arrived = 0));
  }

  /** Whoever has just come is told how things stand, and is not counted for it. */
  async function settled(watchers: Watchers, forget: () => void): Promise<Watchers> {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    forget();
    return watchers;
  }

  async function ours(name: string, env: Record<string, string>): Promise<Lane> {
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/apps/gateway/main.js'], {
      env: {
        ...process.env,
        ...Object.fromEntries(Object.entries(urls).map(([service, url]) => [`${service.toUpperCase()}_URL`, url])),
        NODE_ENV: 'production',
        LOG_LEVEL: 'error',
        HOST: '127.0.0.1',
        PORT: String(port),
        NATS_URL: stack.natsUrl,
        JWT_PUBLIC_KEY_FILE: stack.keyFile,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    const url = `http://127.0.0.1:${port}/graphql`;
    await answering(url);
    return { name, url, pid: child.pid ?? 0, stop: () => child.kill() };
  }

  async function apollo(): Promise<Lane> {
    const child = fork(new URL('./lib/gateways/apollo.mts', import.meta.url), [JSON.stringify({ supergraph, urls })], {
      env: { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
      execArgv: ['--import', './tools/register.mjs'],
    });
    children.push(child);
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return {
      name: 'Apollo',
      url: `http://127.0.0.1:${port}/graphql`,
      pid: child.pid ?? 0,
      stop: () => child.disconnect(),
    };
  }

  async function once1(url: string, body: string): Promise<string> {
    const answer = await fetch(url, { method: 'POST', body, headers: headers(0) });
    return JSON.stringify(((await answer.json()) as { data: unknown }).data);
  }
  function headers(agent: number) {
    return { 'content-type': 'application/json', authorization: `Bearer ${tokens[agent % tokens.length]}` };
  }

  /** As many requests as there are connections, all the time: of as many agents, or, where equal ones are asked once, of one. */
  async function load(lane: Lane, body: string): Promise<{ done: number; ms: number; cpuMs: number; latency: number[] }> {
    const { origin, pathname } = new URL(lane.url);
    const pool = new Pool(origin, { connections: CONNECTIONS });
    const latency: number[] = [];
    const [cpu, began] = [cpuMsOf(lane.pid), performance.now()];
    const end = began + SECONDS * 1_000;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, i) => {
        while (performance.now() < end) {
          const asked = performance.now();
          const { statusCode, body: answer } = await pool.request({
            path: pathname,
            method: 'POST',
            body,
            headers: headers(isShared(lane.name) ? 0 : i),
          });
          await answer.dump();
          if (statusCode !== 200) throw new Error(`${lane.name} answered ${statusCode}`);
          latency.push(performance.now() - asked);
        }
      }),
    );
    const ms = performance.now() - began;
    const cpuMs = cpuMsOf(lane.pid) - cpu;
    await pool.close();
    return { done: latency.length, ms, cpuMs, latency };
  }
} finally {
  for (const lane of lanes) lane.stop();
  for (const child of children) child.kill();
  await stack.stop();
}

/** Whether a lane asks equal requests that come at the same time once. */
function isShared(lane: string): boolean {
  return /single flight|dedup/.test(lane);
}

async function answering(url: string): Promise<void> {
  for (let i = 0; ; i += 1) {
    if (
      await fetch(new URL('/health/live', url)).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    if (i === 200) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
