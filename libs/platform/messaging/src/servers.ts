import { existsSync } from 'node:fs';
import { CannotStart } from '@cordboard/platform-process';
import type { NodeConnectionOptions } from '@nats-io/transport-node';

/** How a cluster of NATS is reached; what `natsEnvironment` reads. */
export interface NatsSettings {
  readonly NATS_URL: string;
  readonly NATS_CA_FILE?: string | undefined;
  readonly NATS_STREAM_REPLICAS?: '1' | '3' | '5' | undefined;
}

type ServerOptions = Pick<NodeConnectionOptions, 'user' | 'pass' | 'token' | 'tls'> & { readonly servers: string[] };

const EXAMPLE = 'nats://localhost:4222, or several by commas';

/**
 * The options for `connect` that a list of URLs means. Blanks, empty entries and repeated servers do not matter; user, password and token are
 * percent-decoded, and are the same for every server, since the client signs in alike wherever it reconnects to.
 * @throws CannotStart, without what stands in the URL
 */
export function serverOptions({ NATS_URL: text, NATS_CA_FILE: caFile }: NatsSettings): ServerOptions {
  const urls = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(parse);
  if (urls.length === 0) throw new CannotStart(`NATS_URL names no server (${EXAMPLE}).`);
  const servers = [...new Set(urls.map((url) => `${url.hostname}:${url.port || '4222'}`))];
  const signIns = [...new Set(urls.map((url) => `${url.username}:${url.password}`).filter((signIn) => signIn !== ':'))];
  if (signIns.length > 1) throw new CannotStart('NATS_URL names different users or passwords: give every server the same.');
  const signIn = urls.find((url) => url.username || url.password);
  if (caFile !== undefined && !existsSync(caFile)) throw new CannotStart(`NATS_CA_FILE is not there: ${caFile}.`);
  const isTls = caFile !== undefined || urls.some((url) => url.protocol === 'tls:');
  return { servers, ...(signIn ? credentials(signIn) : {}), ...(isTls ? { tls: caFile === undefined ? {} : { caFile } } : {}) };
}

function parse(text: string): URL {
  const whole = text.includes('://') ? text : `nats://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) throw new CannotStart(`NATS_URL is not a URL such as ${EXAMPLE}.`);
  return url;
}

const credentials = ({ username, password }: URL): Pick<ServerOptions, 'user' | 'pass' | 'token'> =>
  password ? { user: decode(username), pass: decode(password) } : { token: decode(username) };

/** A `%` that encodes nothing stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
