import { eventually, testKey, type TestKey } from '@cordboard/testing';
import { Identities } from './identity.ts';

let key: TestKey, identities: Identities;
beforeAll(async () => {
  key = await testKey();
  identities = await Identities.from({ JWT_PUBLIC_KEY_FILE: key.publicKeyFile });
});

it('a token that was checked is taken again until it ends, and no longer', async () => {
  const token = `Bearer ${await key.token({ sub: 'alice', expiresIn: 2 })}`;
  for (let times = 0; times < 2; times += 1)
    expect(await identities.of(token)).toMatchObject({ agentId: 'alice', account: 'demo', role: 'AGENT', issuedAt: null });
  expect(await identities.of(token)).not.toBe(await identities.of(token)); // each request keeps what it looked up by it
  await eventually(() =>
    identities.of(token).then(
      () => false,
      (error: Error) => error.message === 'The token has expired.',
    ),
  );
});

it.each([
  ['is missing', async () => undefined, /A token is needed/],
  ['is none', async () => 'x.y.z', /not valid/],
  ['is another account’s idea of one', async () => (await testKey()).token({ sub: 'alice' }), /not valid/],
  ['names nobody', () => key.token({ sub: '' }), /lacks a claim/],
  ['has ended', () => key.token({ sub: 'alice', expiresIn: -60 }), /expired/],
])('a token that %s is UNAUTHENTICATED, however often it is shown', async (_, token, says) => {
  const shown = await token();
  for (let times = 0; times < 2; times += 1) await expect(identities.of(shown && `Bearer ${shown}`)).rejects.toThrow(says);
});
