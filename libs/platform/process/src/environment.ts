import { z } from 'zod';

/** A service that cannot start: one sentence for the person at the terminal, no stack trace. */
export class CannotStart extends Error {}

/**
 * A service's settings, read once at start and checked whole.
 * @throws CannotStart naming every variable that is missing or wrong, in one sentence.
 */
export function readEnvironment<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<z.ZodObject<Shape>> {
  const read = z.object(shape).safeParse(env);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(
    ({ path, message }) =>
      `${path.join('.')} ${env[String(path[0])] === undefined ? 'is missing' : `is wrong (${SAID.get(String(path[0])) ?? message})`}`,
  );
  throw new CannotStart(`The environment is not right: ${wrong.join('; ')}.`);
}

/** What is wanted, where the schema's own message does not say it. */
const SAID: ReadonlyMap<string, string> = new Map([['DATABASE_URL', 'it is not a URL such as postgresql://host:5432/database']]);

const port = z.coerce.number().int().min(0).max(65_535);

/** What every service reads. `SHUTDOWN_DELAY_SECONDS`: how long it goes on after it has said that it is not ready. */
export const serviceEnvironment = {
  PORT: port.default(0),
  HOST: z.string().default('127.0.0.1'),
  SHUTDOWN_DELAY_SECONDS: z.coerce.number().min(0).max(60).optional(),
};
/**
 * How NATS is reached: `NATS_URL` names one server or, by commas, several of a cluster (`nats://user:password@host:4222`, `nats://token@host`,
 * `tls://host`); `NATS_CA_FILE` is the PEM file of whoever signed their certificates; `NATS_STREAM_REPLICAS` is how many servers keep each
 * stream, by default 3 in a cluster of three or more, else 1.
 */
export const natsEnvironment = {
  NATS_URL: z.string().min(1),
  NATS_CA_FILE: z.string().min(1).optional(),
  NATS_STREAM_REPLICAS: z.enum(['1', '3', '5']).optional(),
};
/** What a service with a state of its own reads. */
export const stateEnvironment = {
  ...serviceEnvironment,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  ...natsEnvironment,
};
/** Where tokens are checked against: a PEM file with the public key, or a JWKS URL. */
export const identityEnvironment = { JWT_PUBLIC_KEY_FILE: z.string().optional(), JWKS_URL: z.url().optional() };
export { port };
