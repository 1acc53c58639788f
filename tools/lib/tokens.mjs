// @ts-check
/** Tokens for the demo account, signed with a development key; never give its public half to a production system. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SignJWT } from 'jose';
import { root } from './root.mjs';

/** @typedef {'AGENT' | 'SUPERVISOR' | 'ADMIN'} Role */

/** The people of the demo account. @type {Readonly<Record<string, Role>>} */
export const DEMO_ROLES = { alice: 'AGENT', bob: 'AGENT', carol: 'AGENT', dan: 'AGENT', sam: 'SUPERVISOR', ada: 'ADMIN' };
const TWELVE_HOURS = 12 * 60 * 60;

/** Where development data lies. */
export const defaultDataDir = () => resolve(root, process.env.DATA_DIR ?? '.data');

/**
 * The development key pair, made on first use.
 * @param {string} [dataDir] @returns {{ privateFile: string, publicFile: string }} PEM files
 */
export function ensureKeys(dataDir = defaultDataDir()) {
  const dir = join(dataDir, 'keys');
  const privateFile = join(dir, 'private.pem');
  const publicFile = join(dir, 'public.pem');
  mkdirSync(dir, { recursive: true });
  if (!existsSync(privateFile)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    appearWhole(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  }
  if (!existsSync(publicFile)) {
    const publicKey = createPublicKey(readFileSync(privateFile));
    appearWhole(publicFile, publicKey.export({ type: 'spki', format: 'pem' }), 0o644);
  }
  return { privateFile, publicFile };
}

/** Of two who write the same file at the same time, the first wins; nobody reads half of it. @param {string} file @param {string | Buffer} text @param {number} mode */
function appearWhole(file, text, mode) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, text, { mode });
  try {
    linkSync(mine, file);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine);
  }
}

/**
 * @param {string} agent one of the demo account's
 * @param {{ dataDir?: string, expires?: number, claims?: Record<string, unknown> }} [o] `expires`: seconds from now, may lie in the past;
 *   `claims` replace or add to ours, for tests
 * @returns {Promise<string>}
 */
export async function signToken(agent, { dataDir, expires = TWELVE_HOURS, claims = {} } = {}) {
  const role = DEMO_ROLES[agent];
  if (!role) throw new UnknownAgent(agent);
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sub: agent, account: 'demo', role, iat: now, exp: now + expires, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .sign(createPrivateKey(readFileSync(ensureKeys(dataDir).privateFile)));
}

/** Nobody of that name is in the demo account. */
export class UnknownAgent extends Error {
  constructor(/** @type {string} */ agent) {
    super(`There is no demo agent "${agent}"; there are ${Object.keys(DEMO_ROLES).join(', ')}.`);
  }
}
