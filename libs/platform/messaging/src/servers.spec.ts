import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, testNatsCluster } from '@cordboard/testing';
import { Bus } from './index.ts';
import { serverOptions } from './servers.ts';

const SECRET = 'p@ss:w/rd%';
const ENCODED = encodeURIComponent(SECRET);

describe('NATS_URL', () => {
  it.each([
    ['nats://one', { servers: ['one:4222'] }],
    [' nats://one:1 ,, two:2,nats://ONE:1,', { servers: ['one:1', 'ONE:1', 'two:2'] }],
    [`nats://user:${ENCODED}@one,nats://two`, { servers: ['one:4222', 'two:4222'], user: 'user', pass: SECRET }],
    ['nats://to%2Fken@one', { servers: ['one:4222'], token: 'to/ken' }],
    ['tls://one', { servers: ['one:4222'], tls: {} }],
    ['nats://[::1]:1', { servers: ['[::1]:1'] }],
  ])('%s names servers and how to sign in', (NATS_URL, { servers, ...options }) => {
    const read = serverOptions({ NATS_URL });
    expect({ ...read, servers: undefined }).toEqual({ ...options, servers: undefined });
    expect(read.servers.every((server) => servers.includes(server))).toBe(true);
  });

  it.each(['', ' , ', `http://user:${ENCODED}@one`, `nats://user:${SECRET}@on e`, `nats://a:${ENCODED}@one,nats://b:x@two`])(
    'cannot be "%s", which is refused without the password',
    (NATS_URL) => {
      const refused = (() => {
        try {
          return JSON.stringify(serverOptions({ NATS_URL }));
        } catch (error) {
          return (error as Error).message;
        }
      })();
      expect(refused).toMatch(/^NATS_URL /);
      expect(refused).not.toMatch(/p@ss|w\/rd|p%40ss/);
    },
  );
});

describe('A server that', () => {
  it('wants user and password is given them percent-decoded, and a wrong one stands in no error', async () => {
    const nats = await testNatsCluster(1, `authorization { user: "user", password: "${SECRET}" }\n`);
    const [host = ''] = nats.urls.map((url) => url.replace('nats://', ''));
    const bus = await Bus.connect({ url: `nats://user:${ENCODED}@${host}`, name: 'spec' });
    expect((await bus.stream('routing')).config.num_replicas).toBe(1);
    await bus.close();
    const wrong = await Bus.connect({ url: `nats://user:wrong-canary@${host}`, name: 'spec' }).catch((error: Error) => error.message);
    expect(wrong).toContain(`NATS with JetStream at ${host} cannot be used (NATS_URL)`);
    expect(wrong).not.toContain('canary');
    await nats.stop();
  }, 60_000);

  it('refuses us while its users are changed is asked again until it does not', async () => {
    const users = (password: string): string => `authorization { user: user, password: ${password} }\n`;
    const nats = await testNatsCluster(1, users('one'));
    const bus = await Bus.connect({ url: nats.url.replace('nats://', 'nats://user:one@'), name: 'spec' });
    let refused = 0;
    void (async () => {
      for await (const status of bus.connection.status()) if (status.type === 'error') refused += 1;
    })();
    await nats.kill(0);
    await nats.start(0, users('two'));
    await eventually(() => refused >= 3 || bus.isClosed);
    await nats.kill(0);
    await nats.start(0, users('one'));
    expect(bus.isClosed).toBe(false);
    await eventually(() => bus.connected);
    await bus.close();
    await nats.stop();
  }, 60_000);

  it('wants TLS and a token has both, and its certificate is checked against NATS_CA_FILE', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cordboard-tls-'));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject], {
      stdio: 'ignore',
    });
    const nats = await testNatsCluster(1, `tls { cert_file: "${cert}", key_file: "${key}" }\nauthorization { token: "to/ken" }\n`);
    const url = nats.urls.map((one) => one.replace('nats://', 'tls://to%2Fken@')).join();
    const bus = await Bus.connect({ env: { NATS_URL: url, NATS_CA_FILE: cert }, name: 'spec' });
    expect(bus.connected).toBe(true);
    await bus.close();
    await expect(Bus.connect({ url, name: 'spec' })).rejects.toThrow(/self-signed certificate/);
    await nats.stop();
    rmSync(dir, { recursive: true });
  }, 60_000);
});
