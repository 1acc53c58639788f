import {
  act,
  eventually,
  freePort,
  PhoneNetwork,
  testAsterisk,
  testSounds,
  wireTo,
  type SipCall,
  type TestAsterisk,
  type Wire,
} from '@cordboard/testing';
import { Asterisk } from '../asterisk/driver.ts';
import type { Setup } from './engine.contract.ts';
import type { Phones } from './phones.ts';

const E164 = /^\+[1-9]\d{4,14}$/;
/** A number that its carrier answers with the status that it ends in. */
const REFUSED = /^\+339990(\d{3})$/;
const AGENTS = ['alice', 'bob'] as const;

/** A real engine with real phones around it: two devices that are registered, and all that is outside behind a trunk. */
export interface World {
  readonly engine: TestAsterisk;
  readonly network: PhoneNetwork;
  /** What drivers and the engine speak over. */
  readonly wire: Wire;
  driver(): Asterisk;
  /** Resolves when all have hung up and nothing is left in the engine. */
  quiet(): Promise<void>;
  /** For one test: a driver of its own, and afterwards nothing is left in the engine. */
  setup(): Promise<Setup>;
  close(): Promise<void>;
}

/** @param more phones that may register and are not there yet @throws where no engine can be had */
export async function openWorld(...more: readonly string[]): Promise<World> {
  const server = { ip: '127.0.0.1', port: await freePort() };
  const network = await PhoneNetwork.open({ server, refuses: (number) => (E164.test(number) ? statusIn(number) : 404) });
  const asterisk = await testAsterisk({
    agents: [...AGENTS, ...more],
    trunk: network.carrier,
    sipPort: server.port,
    sounds: testSounds,
    rtpTimeout: 2,
  });
  await network.register(Object.fromEntries(AGENTS.map((agent) => [agent, asterisk.secrets[agent] ?? ''])));
  const wire = await wireTo(Number(new URL(asterisk.url).port));
  const driver = (): Asterisk => {
    const { user, password, sounds } = asterisk;
    return new Asterisk({ url: `http://127.0.0.1:${wire.port}`, user, password, sounds, trunk: 'trunk' });
  };
  const quiet = async (): Promise<void> => {
    wire.mend();
    await Promise.all(network.calls.map((call) => call.hangup()));
    await eventually(() => isEmpty(asterisk));
  };
  return {
    engine: asterisk,
    network,
    wire,
    driver,
    quiet,
    setup: async () => ({
      engine: driver(),
      phones: phonesOf(network),
      faults: faultsOf(asterisk, wire),
      agents: AGENTS,
      asksToTransfer: asksToTransfer(asterisk.version),
      close: quiet,
    }),
    close: async () => {
      await Promise.all([network.close(), wire.close()]);
      await asterisk.stop();
    },
  };
}

/** Since 22.3. */
const asksToTransfer = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 3);
};

const statusIn = (number: string): number | undefined => {
  const status = REFUSED.exec(number)?.[1];
  return status === undefined ? undefined : Number(status);
};

function phonesOf(network: PhoneNetwork): Phones {
  const at = (address: string): SipCall | undefined => network.calls.find((call) => call.address === address);
  const there = (address: string): SipCall => {
    const call = at(address);
    if (!call) throw new Error(`no phone rings or is in a call at ${address}`);
    return call;
  };
  return {
    call: async (from, to) => void (await network.call(from, to)),
    answer: async (address) => there(address).answer(),
    reject: async (address) => act(there(address), 'reject'),
    busy: async (address) => act(there(address), 'busy'),
    fail: async (address) => act(there(address), 'fail'),
    hangup: async (address) => there(address).hangup(),
    press: async (address, digits) => there(address).media.press(digits),
    hears: async (address) => {
      const call = at(address);
      const heard = call && (await network.hears(call));
      return call && at(address) === call ? (heard ?? null) : null;
    },
    display: async (address) => at(address)?.display ?? null,
    tone: (address) => network.tone(address),
    hold: async (agent, on) => void (await there(agent).hold(on)),
    transfer: async (agent, to) => void (await there(agent).transfer(to)),
    transferred: async (agent) => at(agent)?.transferEnd ?? null,
    plug: async (agent, isPluggedIn) => network.device(agent).register(isPluggedIn ? 3_600 : 0),
    keys: async (address) => at(address)?.media.keys ?? '',
  };
}

const faultsOf = (asterisk: TestAsterisk, wire: Wire): Setup['faults'] => ({
  cut: async () => wire.cut(),
  restore: async () => wire.mend(),
  restart: async () => {
    await asterisk.kill();
    await asterisk.start();
  },
});

/**
 * Takes out of the engine what is left in it. @returns whether nothing was, and the engine has let go of the former driver: while it
 * still ends one's socket, it may end that of the next one, too
 */
async function isEmpty({ url, user, password, version }: TestAsterisk): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const ask = (method: string, path: string): Promise<Response> => fetch(`${url}/ari/${path}`, { method, headers: { authorization } });
  const left = await Promise.all(
    ['channels', 'bridges', 'recordings/stored'].map(async (kind) => {
      const found = (await (await ask('GET', kind)).json()) as readonly { id?: string; name?: string }[];
      await Promise.all(found.map(({ id, name }) => ask('DELETE', `${kind}/${encodeURIComponent(id ?? name ?? '')}`)));
      return found.length;
    }),
  );
  const drivers = (await (await ask('GET', 'applications')).json()) as readonly unknown[];
  const letsGo = Number(version.split('.')[0]) >= 22; // before, an application is listed though its socket is closed
  return (!letsGo || drivers.length === 0) && left.every((count) => count === 0);
}
