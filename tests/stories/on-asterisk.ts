import { freePort, PhoneNetwork, servePhones, testSounds } from '@cordboard/testing';
import { prepareAsterisk } from '@cordboard/tools/asterisk';
import { startStack, type Stack, type StackOptions } from '@cordboard/tools/stack';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

declare global {
  /** Which engine the stories run on: the simulated network where it is not given. */
  var ENGINE: 'asterisk' | undefined;
}

/** Everybody in the demo account. */
const AGENTS = ['alice', 'bob', 'carol', 'dan', 'sam', 'ada'];
/**
 * A whole Cordboard with an Asterisk and real telephones, one for each agent and a carrier; what stories do with the simulated network,
 * they do with these.
 */
export async function startOnAsterisk(options: StackOptions): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-asterisk-'));
  const server = { ip: '127.0.0.1', port: await freePort() };
  const network = await PhoneNetwork.open({ server });
  const asterisk = await prepareAsterisk({ dir, agents: AGENTS, trunk: network.carrier, sipPort: server.port, sounds: testSounds });
  console.log(`the engine is Asterisk ${asterisk.version}`);
  const stack = await startStack({ ...options, asterisk });
  await network.register(asterisk.secrets);
  const phones = await servePhones(network);
  return {
    ...stack,
    simulatorUrl: phones.url,
    stop: async () => {
      await phones.close();
      await network.close();
      await stack.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
