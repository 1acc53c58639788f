import { engineView, freePort, PhoneNetwork, servePhones, testSounds, wireTo, type EngineView } from '@cordboard/testing';
import { prepareAsterisk, type PreparedEngine } from '@cordboard/tools/asterisk';
import { findSpeech } from '@cordboard/tools/speech';
import { startStack, type Stack, type StackOptions } from '@cordboard/tools/stack';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

declare global {
  /** Which engine the stories run on: the simulated network where it is not given. */
  var ENGINE: 'asterisk' | undefined;
}

/** What stories see of a Cordboard on an Asterisk. */
export interface StackOnAsterisk extends Stack {
  /** Channels and bridges that the engine itself still has. */
  leftInEngine(): Promise<readonly string[]>;
  readonly engine: PreparedEngine;
  /** The tone by which the telephones know who speaks at an address, in Hz. */
  toneOf(address: string): number;
}

/** Everybody in the demo account. */
const AGENTS = ['alice', 'bob', 'carol', 'dan', 'sam', 'ada'];

/**
 * A whole Cordboard with an Asterisk and real telephones, one for each agent and a carrier; what stories do with the simulated network,
 * they do with these.
 */
export async function startOnAsterisk(options: StackOptions): Promise<StackOnAsterisk> {
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-asterisk-'));
  const server = { ip: '127.0.0.1', port: await freePort() };
  let view: EngineView = async () => new Map();
  const messages = join(dir, 'messages');
  const network = await PhoneNetwork.open({ server, engine: () => view(), sounds: [messages] });
  const asterisk = await prepareAsterisk({
    dir,
    agents: AGENTS,
    trunk: network.carrier,
    sipPort: server.port,
    sounds: testSounds,
    browsers: true,
  });
  view = engineView(asterisk);
  console.log(`the engine is Asterisk ${asterisk.version}`);
  const wire = await wireTo(Number(new URL(asterisk.url).port));
  const speech = await findSpeech(console.log);
  const [stack] = await Promise.all([
    startStack({
      ...options,
      env: { ...options.env, ...(speech ? { SPEECH_COMMAND: speech } : {}) },
      asterisk: { ...asterisk, url: `http://127.0.0.1:${wire.port}` },
    }),
    network.register(Object.fromEntries(AGENTS.map((agent) => [agent, asterisk.secrets[agent] ?? '']))), // which goes on asking until the engine is there: so phones are known before agents come
  ]);
  const faults = {
    cut: () => wire.cut(),
    restore: () => wire.mend(),
    restart: async () => {
      await stack.kill('asterisk');
      wire.mend();
      await stack.restart('asterisk');
    },
  };
  const phones = await servePhones(network, { faults });
  return {
    ...stack,
    simulatorUrl: phones.url,
    leftInEngine: () => leftIn(asterisk),
    engine: asterisk,
    toneOf: (address) => network.tone(address),
    stop: async () => {
      await phones.close();
      await network.close();
      await stack.stop();
      await wire.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function leftIn({ url, user, password }: PreparedEngine): Promise<readonly string[]> {
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const kinds = ['channels', 'bridges'].map(async (kind) => {
    const found = (await (await fetch(`${url}/ari/${kind}`, { headers })).json()) as readonly { id: string }[];
    return found.map(({ id }) => `${kind}/${id}`);
  });
  return (await Promise.all(kinds)).flat();
}
