import { GraphQLError } from 'graphql';
import { createRemoteJWKSet, importSPKI, jwtVerify, type CryptoKey, type JWTPayload } from 'jose';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CannotStart } from '@cordboard/platform-process';

/** Who asks, as a valid token says. */
export interface Identity {
  readonly agentId: string;
  readonly account: string;
  readonly role: 'AGENT' | 'SUPERVISOR' | 'ADMIN';
  /** When the token was issued, in ms since 1970, where it says so. */
  readonly issuedAt: number | null;
  /** When the token ends, in ms since 1970. */
  readonly expiresAt: number;
  /** The token itself, to be shown to the next service, which checks it again. */
  readonly token: string;
}

const Claims = z.object({
  sub: z.string().regex(/^[\w-]{1,128}$/),
  account: z.string().regex(/^[\w-]{1,128}$/),
  role: z.enum(['AGENT', 'SUPERVISOR', 'ADMIN']),
  exp: z.number(),
  iat: z.number().optional(),
});
/** What is said of a token that was valid once. */
export const TOKEN_EXPIRED = 'The token has expired.';
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/** Tokens that were checked are taken without another check for so long, in ms, and so many of them: a key that is withdrawn counts by then. */
const CHECKED_FOR = 60_000;
const MOST_CHECKED = 10_000;

/** Checks tokens against one public key, or against the keys behind a JWKS URL. */
export class Identities {
  private readonly checked = new Map<string, { readonly identity: Identity; readonly until: number }>();

  private constructor(private readonly check: (token: string) => Promise<JWTPayload>) {}

  /** @throws CannotStart when neither or no usable key is given. */
  static async from(o: { JWT_PUBLIC_KEY_FILE?: string | undefined; JWKS_URL?: string | undefined }): Promise<Identities> {
    if (o.JWKS_URL) {
      const keys = createRemoteJWKSet(new URL(o.JWKS_URL));
      return new Identities(async (token) => (await jwtVerify(token, keys, { algorithms: ALGORITHMS })).payload);
    }
    if (!o.JWT_PUBLIC_KEY_FILE) throw new CannotStart('Tokens cannot be checked: set JWT_PUBLIC_KEY_FILE or JWKS_URL.');
    const key = await readKey(o.JWT_PUBLIC_KEY_FILE);
    return new Identities(async (token) => (await jwtVerify(token, key, { algorithms: ALGORITHMS })).payload);
  }

  /**
   * @param authorization `Bearer <token>`
   * @returns an object of this request's own: what is looked up for a request is kept by it (`batched`)
   * @throws GraphQLError UNAUTHENTICATED when there is no token, or it is expired, forged or incomplete.
   */
  async of(authorization: string | undefined): Promise<Identity> {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw unauthenticated('A token is needed: send "Authorization: Bearer <token>".');
    const known = this.checked.get(token);
    if (known && Date.now() < known.until) return { ...known.identity };
    this.checked.delete(token);
    const payload = await this.check(token).catch((error: unknown) => {
      throw unauthenticated((error as { code?: string }).code === 'ERR_JWT_EXPIRED' ? TOKEN_EXPIRED : 'The token is not valid.');
    });
    const claims = Claims.safeParse(payload);
    if (!claims.success) throw unauthenticated('The token lacks a claim: sub, account, role and exp are needed.');
    const { sub: agentId, account, role, exp, iat } = claims.data;
    const identity: Identity = { agentId, account, role, issuedAt: iat === undefined ? null : iat * 1_000, expiresAt: exp * 1_000, token };
    if (this.checked.size >= MOST_CHECKED) this.checked.delete(this.checked.keys().next().value ?? '');
    this.checked.set(token, { identity, until: Math.min(identity.expiresAt, Date.now() + CHECKED_FOR) });
    return { ...identity };
  }
}

async function readKey(file: string): Promise<CryptoKey> {
  const pem = (() => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      throw new CannotStart(`The public key ${file} cannot be read (JWT_PUBLIC_KEY_FILE).`);
    }
  })();
  for (const algorithm of ALGORITHMS) {
    const key = await importSPKI(pem, algorithm).catch(() => undefined);
    if (key) return key;
  }
  throw new CannotStart(`${file} is not a public key for ${ALGORITHMS.join(', ')} (JWT_PUBLIC_KEY_FILE).`);
}

export const unauthenticated = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });

/** Supervisors and administrators see what they took no part in. */
export const seesAll = (identity: Identity): boolean => identity.role !== 'AGENT';

/** Administrators alone change the account itself. */
export const administers = (identity: Identity): boolean => identity.role === 'ADMIN';
