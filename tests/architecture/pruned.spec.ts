import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, testDatabase, testNats } from '@cordboard/testing';

const root = join(import.meta.dirname, '../..');

/** The bundle that goes into an image, far from the repository and from any node_modules. */
describe('a service with nothing but its production files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-pruned-'));
  const main = join(dir, 'directory/main.js');

  beforeAll(() => {
    const { status, stderr } = spawnSync(process.execPath, ['tools/build.mjs', '--out', dir, 'directory'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is its bundle alone, with what was compiled of it', () => {
    expect(readdirSync(join(dir, 'directory')).sort()).toEqual(['main.js', 'package.json', 'service.cjs', 'service.cjs.cache']);
  });

  it('is compiled for this Node, every function of it', () => {
    const program = `
      const { Script } = require('node:vm');
      const { readFileSync } = require('node:fs');
      const code = require('node:module').wrap(readFileSync('service.cjs', 'latin1'));
      const cachedData = readFileSync('service.cjs.cache');
      const times = cachedData.length / new Script(code).createCachedData().length;
      console.log(new Script(code, { cachedData }).cachedDataRejected, times > 3);`;
    const { stdout } = spawnSync(process.execPath, ['-e', program], { cwd: join(dir, 'directory'), encoding: 'utf8' });
    expect(stdout.trim()).toBe('false true');
  });

  it('starts without what was compiled, as under another version of Node', () => {
    const cache = join(dir, 'directory/service.cjs.cache');
    const run = (): string => spawnSync(process.execPath, [main], { cwd: dir, env: {}, encoding: 'utf8' }).stderr;
    renameSync(cache, `${cache}.away`);
    const parsed = run();
    writeFileSync(cache, 'compiled by another version');
    const refused = run();
    renameSync(`${cache}.away`, cache);
    expect([parsed, refused]).toEqual([run(), run()]);
    expect(parsed).toContain('DATABASE_URL is missing');
  });

  it('refuses a wrong environment in one sentence', () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [main], {
      cwd: dir,
      env: { DATABASE_URL: 'nonsense' },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('DATABASE_URL');
  });

  it('starts, says that it is well, and ends when told', async () => {
    const [database, nats, port] = await Promise.all([testDatabase(), testNats(), freePort()]);
    const keyFile = join(dir, 'public.pem');
    writeFileSync(keyFile, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
    const env = { PORT: String(port), DATABASE_URL: database.url, NATS_URL: nats.url, JWT_PUBLIC_KEY_FILE: keyFile };
    const service = spawn(process.execPath, [main], { cwd: dir, env, stdio: 'ignore' });
    const ended = new Promise((tell) => service.once('exit', (code, signal) => tell(code ?? signal)));
    try {
      const ready = (): Promise<number> =>
        fetch(`http://127.0.0.1:${port}/health/ready`).then(
          ({ status }) => status,
          () => 0,
        );
      expect(await eventually(ready, (status) => status === 200, 40_000)).toBe(200);
    } finally {
      service.kill('SIGTERM');
    }
    expect([0, 'SIGTERM']).toContain(await ended);
    await Promise.all([database.drop(), nats.stop()]);
  });
});

it('the gateway has its planner, which is machine code, beside its bundle, and nothing else', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-pruned-'));
  try {
    const built = spawnSync(process.execPath, ['tools/build.mjs', '--out', dir, 'gateway'], { cwd: root, encoding: 'utf8' });
    expect({ status: built.status, stderr: built.stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(join(dir, 'gateway/node_modules/@graphql-hive'))).toEqual(['router-query-planner']);
    // it reads its environment after everything is loaded, the planner among it
    const { status, stderr } = spawnSync(process.execPath, [join(dir, 'gateway/main.js')], { cwd: dir, env: {}, encoding: 'utf8' });
    expect([status, stderr.trim().split('\n').length, stderr.includes('NATS_URL is missing')]).toEqual([1, 1, true]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 60_000);
