// @ts-check
/** Prints a token for an agent of the demo account: `npm run --silent token -- alice [--expires <seconds>]`, 12 hours if not said. */
import { signToken } from './lib/tokens.mjs';

const [agent, flag, value, ...rest] = process.argv.slice(2);
const expires = flag === undefined ? undefined : Number(value);
if (
  !agent ||
  (flag !== undefined && flag !== '--expires') ||
  (expires !== undefined && !Number.isSafeInteger(expires)) ||
  rest.length > 0
) {
  console.error('usage: npm run --silent token -- <agent> [--expires <seconds>]');
  process.exit(1);
}
try {
  console.log(await signToken(agent, expires === undefined ? {} : { expires }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
