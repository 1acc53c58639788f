import { eventually, freePort, SipPhone, testAsterisk, wireTo, type SipCall, type TestAsterisk, type Wire } from '@cordboard/testing';
import { Asterisk } from '../asterisk/driver.ts';
import type { Setup } from './engine.contract.ts';
import type { Phones } from './phones.ts';

/**
 * Everybody speaks one tone, and each sound is one: far enough from each other to be told apart in a moment, and whole in each packet of
 * 20 ms, so that one that is lost does not break it. In Hz; ringback is the engine's own.
 */
const TONES = {
  alice: 600,
  bob: 800,
  '+33145678901': 1_000,
  '+33612345678': 1_200,
  music: 1_700,
  ringback: 440,
  greeting: 2_000,
  voicemail: 2_200,
  beep: 2_400,
} as const;
const SOUNDS = {
  music: [{ seconds: 10, hertz: [TONES.music] }],
  greeting: [{ seconds: 1.2, hertz: [TONES.greeting] }],
  voicemail: [{ seconds: 0.4, hertz: [TONES.voicemail] }],
  beep: [{ seconds: 0.2, hertz: [TONES.beep] }],
};
const E164 = /^\+[1-9]\d{4,14}$/;
const AGENTS = ['alice', 'bob'] as const;

/** A real engine with real phones around it: two devices that are registered, and all that is outside behind a trunk. */
export interface World {
  readonly engine: TestAsterisk;
  /** For one test: a driver of its own, and afterwards nothing is left in the engine. */
  setup(): Promise<Setup>;
  close(): Promise<void>;
}

/** @throws where no engine can be had */
export async function openWorld(): Promise<World> {
  const server = { ip: '127.0.0.1', port: await freePort() };
  const outside = await SipPhone.open({
    ip: '127.0.0.10',
    server,
    tones: TONES,
    refuses: (number) => (E164.test(number) ? undefined : 404),
  });
  const asterisk = await testAsterisk({ agents: AGENTS, trunk: outside.place, sipPort: server.port, sounds: SOUNDS });
  const devices = await Promise.all(
    AGENTS.map((user) =>
      SipPhone.open({ ip: '127.0.0.1', server, tones: TONES, account: { user, password: asterisk.secrets[user] ?? '' } }),
    ),
  );
  await Promise.all(devices.map((device) => device.register()));
  const wire = await wireTo(Number(new URL(asterisk.url).port));
  const everybody = [outside, ...devices];
  return {
    engine: asterisk,
    setup: async () => ({
      engine: new Asterisk({ ...asterisk, url: `http://127.0.0.1:${wire.port}`, trunk: 'trunk' }),
      phones: phonesOf(everybody),
      faults: faultsOf(asterisk, wire),
      agents: AGENTS,
      close: async () => {
        wire.mend();
        await Promise.all(everybody.flatMap((phone) => phone.live.map((call) => call.hangup())));
        await eventually(() => isEmpty(asterisk));
      },
    }),
    close: async () => {
      await Promise.all([...everybody.map((phone) => phone.close()), wire.close()]);
      await asterisk.stop();
    },
  };
}

function phonesOf(everybody: readonly SipPhone[]): Phones {
  const at = (address: string): SipCall | undefined => everybody.flatMap(({ live }) => live).find((call) => call.address === address);
  const there = (address: string): SipCall => {
    const call = at(address);
    if (!call) throw new Error(`no phone rings or is in a call at ${address}`);
    return call;
  };
  const [outside] = everybody;
  return {
    call: async (from, to) => void (await outside?.call(from, to)),
    answer: async (address) => there(address).answer(),
    reject: async (address) => there(address).reject(603),
    busy: async (address) => there(address).reject(486),
    fail: async (address) => there(address).reject(500),
    hangup: async (address) => there(address).hangup(),
    press: async (address, digits) => there(address).media.press(digits),
    hears: async (address) => {
      const call = at(address);
      const heard = await call?.hears();
      return call && at(address) === call && heard ? named(heard, call) : null;
    },
    display: async (address) => at(address)?.display ?? null,
    tone: (address) => TONES[address as keyof typeof TONES],
    keys: async (address) => at(address)?.media.keys ?? '',
  };
}

/** Who was told to leave a message hears its words, then a beep, then silence: that is one thing to who looks. */
function named(heard: readonly string[], call: SipCall): readonly string[] {
  if (heard.includes('beep')) return ['voicemail'];
  return heard.length === 0 && call.media.last.some((name) => name === 'voicemail' || name === 'beep') ? ['voicemail'] : heard;
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
 * Takes out of the engine what is left in it. @returns whether nothing was, and the engine has let go of the former driver: it may
 * get stuck where the next one comes while it still ends that one's socket
 */
async function isEmpty({ url, user, password }: TestAsterisk): Promise<boolean> {
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
  return drivers.length === 0 && left.every((count) => count === 0);
}
