import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A signing key of one spec's own. */
export interface TestKey {
  /** For JWT_PUBLIC_KEY_FILE. */
  readonly publicKeyFile: string;
  /** A token as the account's identity provider would make it. Times in seconds from now. */
  token(who: { sub: string; account?: string; role?: 'AGENT' | 'SUPERVISOR' | 'ADMIN'; expiresIn?: number }): Promise<string>;
}

export async function testKey(): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicKeyFile = join(mkdtempSync(join(tmpdir(), 'cordboard-key-')), 'public.pem');
  writeFileSync(publicKeyFile, await exportSPKI(publicKey));
  return {
    publicKeyFile,
    token: ({ sub, account = 'demo', role = 'AGENT', expiresIn = 3_600 }) =>
      new SignJWT({ account, role })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setSubject(sub)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + expiresIn)
        .sign(privateKey),
  };
}
