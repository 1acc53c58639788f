import { eventually, testKey, testNats, type TestKey, type TestNats } from '@cordboard/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../../../dist/apps/gateway/main.js');
let nats: TestNats, key: TestKey, behind: Server, gateway: ChildProcess, url: string;

beforeAll(async () => {
  [nats, key] = await Promise.all([testNats(), testKey()]);
  behind = createServer((_, answer) => void answer.setHeader('content-type', 'application/json').end('{"data":{"me":{"id":"alice"}}}'));
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  const subgraph = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/graphql`;
  const names = ['DIRECTORY', 'PRESENCE', 'ROUTING', 'RECORDING', 'HISTORY', 'WEBHOOKS'];
  gateway = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      LOG_LEVEL: 'info',
      PORT: '0',
      NATS_URL: nats.url,
      JWT_PUBLIC_KEY_FILE: key.publicKeyFile,
      ...Object.fromEntries(names.map((name) => [`${name}_URL`, subgraph])),
    },
  });
  if (!gateway.stdout) throw new Error('the gateway has no output');
  for await (const line of createInterface(gateway.stdout)) {
    const { msg, url: at } = JSON.parse(line) as { msg: string; url?: string };
    if (msg === 'ready' && at) {
      url = at;
      break;
    }
  }
  gateway.stdout.resume();
});
afterEach(() => gateway.kill('SIGKILL'));
afterAll(async () => {
  behind.closeAllConnections();
  behind.close();
  await nats.stop();
});

const planners = (): number[] =>
  readFileSync(`/proc/${gateway.pid}/task/${gateway.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
/** Running, and no zombie that nobody has waited for yet. */
const isRunning = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
const ask = async (query: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      authorization: `Bearer ${await key.token({ sub: 'alice' })}`,
    },
    body: JSON.stringify({ query }),
  });
  const { errors, data } = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[]; data?: unknown };
  return { status: response.status, code: errors?.[0]?.extensions.code, data };
};

it('Planners that are killed while documents are asked for are replaced, and every document is answered', async () => {
  const before = planners();
  expect(before).toHaveLength(2);
  const answers = Array.from({ length: 20 }, (_, n) => ask(`query q${n} { me { id } }`));
  for (const pid of before) process.kill(pid, 'SIGKILL');
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
  await eventually(() => planners().length === 2 && planners().every((pid) => !before.includes(pid)));
  expect(gateway.exitCode).toBeNull();
});

it('A document whose plan does not come is refused with 400 BAD_USER_INPUT, and ends no planner a second time', async () => {
  const before = planners();
  for (const pid of before) process.kill(pid, 'SIGSTOP');
  const hanging = 'query hanging { me { id } }';
  expect(await ask(hanging)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  for (const pid of before) if (isRunning(pid)) process.kill(pid, 'SIGCONT');
  await eventually(() => planners().length === 2);
  const after = planners();
  expect(await ask(hanging)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  expect(await ask('query other { me { id } }')).toMatchObject({ status: 200, data: { me: { id: 'alice' } } });
  expect(planners()).toEqual(after);
});

it.each(['SIGTERM', 'SIGKILL'] as const)('A gateway that ends by %s leaves no planner behind', async (signal) => {
  const before = planners();
  expect(before).toHaveLength(2);
  gateway.kill(signal);
  await eventually(() => gateway.exitCode !== null || gateway.signalCode !== null);
  await eventually(() => before.every((pid) => !isRunning(pid)));
});
