/**
 * Test telephones around an Asterisk, for `npm start -- --engine asterisk`: a carrier and a device for some agents, with the control API of
 * the simulated network. It takes its options as JSON and the engine's password as ASTERISK_PASSWORD, and prints where it listens:
 * `node --import ./tools/register.mjs libs/testing/src/sip/program.ts '{ "server": …, "secrets": …, "devices": …, "controlPort": … }'`
 */
import { servePhones } from './control.ts';
import { engineView } from './engine-view.ts';
import { PhoneNetwork } from './network.ts';
import { readFileSync } from 'node:fs';

interface Options {
  readonly server: { readonly ip: string; readonly port: number };
  /** Undefined: outside calls go elsewhere. */
  readonly carrierPort?: number;
  /** A file with the secret of each device, by name. */
  readonly secrets: string;
  readonly devices: readonly string[];
  readonly controlPort: number;
  /** ARI of the engine, and who asks there. */
  readonly engine: { readonly url: string; readonly user: string };
  /** Directories with what the engine plays. */
  readonly sounds: readonly string[];
}

const { server, carrierPort, secrets, devices, controlPort, engine, sounds } = JSON.parse(process.argv[2] ?? '{}') as Options;
const known = JSON.parse(readFileSync(secrets, 'utf8')) as Record<string, string>;
const network = await PhoneNetwork.open({
  server,
  sounds,
  playsTones: false,
  engine: engineView({ ...engine, password: process.env['ASTERISK_PASSWORD'] ?? '' }),
  ...(carrierPort === undefined ? {} : { carrierPort }),
});
await network.register(Object.fromEntries(devices.map((device) => [device, known[device] ?? ''])));
const { url, close } = await servePhones(network, { port: controlPort });
console.log(url);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void network.close().then(close));
