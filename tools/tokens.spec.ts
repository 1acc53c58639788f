import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { ensureKeys, signToken } from './lib/tokens.mjs';

const dataDir = mkdtempSync(join(tmpdir(), 'cordboard-keys-'));
const verify = (token: string) => jwtVerify(token, createPublicKey(readFileSync(ensureKeys(dataDir).publicFile)));

it('a token says who one is, in which account and role, and for how long', async () => {
  const { payload } = await verify(await signToken('sam', { dataDir, expires: 60 }));
  expect(payload).toMatchObject({ sub: 'sam', account: 'demo', role: 'SUPERVISOR' });
  expect(payload.exp).toBe((payload.iat ?? 0) + 60);
});

it('the key pair is made once, and its private half is for its owner alone', () => {
  const first = readFileSync(ensureKeys(dataDir).publicFile, 'utf8');
  expect(readFileSync(ensureKeys(dataDir).publicFile, 'utf8')).toBe(first);
  expect(statSync(ensureKeys(dataDir).privateFile).mode & 0o077).toBe(0);
});

it('a token may be made that has expired already', async () => {
  await expect(verify(await signToken('bob', { dataDir, expires: -10 }))).rejects.toThrow('exp');
});

it('nobody gets a token who is not in the demo account', async () => {
  await expect(signToken('mallory', { dataDir })).rejects.toThrow(
    'There is no demo agent "mallory"; there are alice, bob, carol, dan, sam, ada.',
  );
});
