import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reservePorts } from '@cordboard/tools/ports';
import { needed } from './database.ts';
import { eventually } from './eventually.ts';

/** A nats-server of one spec's own, with JetStream. */
export interface TestNats {
  readonly url: string;
  /** Ends the server (SIGKILL) and, where asked, wipes what its streams held. */
  kill(o?: { wipe: boolean }): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function testNats(): Promise<TestNats> {
  const bin = needed('NATS_SERVER_BIN');
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-nats-'));
  const { ports, release } = await reservePorts(1);
  const [port = 0] = ports;
  const launch = () => {
    const started = spawn(bin, ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir], { stdio: 'ignore' });
    started.unref(); // a spec that fails half-way must not keep its run alive
    process.once('exit', () => started.kill('SIGKILL'));
    return started;
  };
  let server = launch();
  const answering = () =>
    eventually(
      () => answers(port),
      (ok) => ok,
    );
  await answering();
  const kill = async (o = { wipe: false }): Promise<void> => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
    if (o.wipe) rmSync(dir, { recursive: true, force: true });
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    start: async () => {
      server = launch();
      await answering();
    },
    stop: async () => {
      await kill({ wipe: true });
      release();
    },
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => (resolve(true), socket.destroy()));
    socket.once('error', () => resolve(false));
  });
