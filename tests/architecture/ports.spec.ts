import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@cordboard/testing';
import { portRange, reservePorts } from '@cordboard/tools/ports';
import { root } from '@cordboard/tools/root';

const others: ChildProcess[] = [];
afterEach(() => others.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Another process that reserves ports of a range and keeps them until it is killed. */
async function reserver(count: number, range: { lowest: number; highest: number }): Promise<number[]> {
  const program = `
    import { reservePorts } from ${JSON.stringify(join(root, 'tools/lib/ports.mjs'))};
    const { ports } = await reservePorts(${count}, { range: ${JSON.stringify(range)} });
    console.log(JSON.stringify(ports));
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  others.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return JSON.parse(String(line)) as number[];
}

/** A port that nobody else has just now, and whether it can be reserved. */
async function onePort(): Promise<{ port: number; canBeReserved(): Promise<boolean> }> {
  const { ports, release } = await reservePorts(1);
  release();
  const [port = 0] = ports;
  const canBeReserved = async (): Promise<boolean> => {
    const found = await reservePorts(1, { range: { lowest: port, highest: port } }).catch(() => undefined);
    found?.release();
    return found !== undefined;
  };
  await eventually(canBeReserved);
  return { port, canBeReserved };
}

it.each([
  ['32768\t60999\n', { lowest: 20_000, highest: 32_767 }],
  ['16000\t65535\n', { lowest: 10_000, highest: 15_999 }],
  ['10000\t65535\n', { lowest: 5_500, highest: 9_999 }],
  ['1024\t40000\n', { lowest: 40_001, highest: 65_535 }],
  ['1024\t65535\n', { lowest: 20_000, highest: 32_000 }],
])('where outgoing connections have the ports %j, servers are given others where there are any', (ephemeral, range) => {
  expect(portRange(ephemeral)).toEqual(range);
});

it('processes that ask at the same time are given different ports, and those of one that was killed are free again', async () => {
  const { lowest } = portRange();
  const range = { lowest: lowest + 500, highest: lowest + 699 };
  const given = (await Promise.all([reserver(60, range), reserver(60, range)])).flat();
  expect(new Set(given).size).toBe(120);
  const [first] = given;
  const reserveFirst = () => reservePorts(1, { range: { lowest: first ?? 0, highest: first ?? 0 } });
  await expect(reserveFirst()).rejects.toThrow(`no 1 free ports between ${first} and ${first}`);
  others.forEach((child) => child.kill('SIGKILL'));
  const { release } = await eventually(() => reserveFirst().catch(() => undefined), Boolean).then(
    (found) => found ?? { release: () => {} },
  );
  release();
});

it('a port reserved in this process is given to nobody else until it is released', async () => {
  const { ports, release } = await reservePorts(1);
  const [port = 0] = ports;
  const again = () => reservePorts(1, { range: { lowest: port, highest: port } });
  await expect(again()).rejects.toThrow('free ports');
  release();
  (await again()).release();
});

/** Not every machine has IPv6. */
const IPV6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1') ? ['::1', '::'] : [];
it.each(['127.0.0.1', '127.0.0.2', '0.0.0.0', ...IPV6])('a port on which a server listens at %s is not free', async (address) => {
  const { port, canBeReserved } = await onePort();
  const server = createServer();
  await new Promise<void>((ready) => server.listen(port, address, ready));
  expect(await canBeReserved()).toBe(false);
  server.close();
  await eventually(canBeReserved);
});

it('a port that a telephone has, by UDP, is not free', async () => {
  const { port, canBeReserved } = await onePort();
  const socket = createSocket('udp4');
  await new Promise<void>((ready) => socket.bind(port, '127.0.0.1', ready));
  expect(await canBeReserved()).toBe(false);
  socket.close();
  await eventually(canBeReserved);
});
