// @ts-check
/**
 * Prepares an Asterisk for whoever starts it themselves: `node tools/asterisk.mjs '<options as JSON>'` fetches the engine where need be,
 * writes its configuration, and prints how to run and how to reach it as one line of JSON.
 */
import { prepareAsterisk } from './lib/asterisk.mjs';

const engine = await prepareAsterisk({ ...JSON.parse(process.argv[2] ?? '{}'), say: console.error });
console.log(
  JSON.stringify({ ...engine, env: engine.env === process.env ? undefined : { LD_LIBRARY_PATH: engine.env['LD_LIBRARY_PATH'] } }),
);
