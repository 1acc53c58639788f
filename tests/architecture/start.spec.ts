import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, needed } from '@cordboard/testing';
import { freePorts } from '@cordboard/tools/ports';
import { signToken } from '@cordboard/tools/tokens';

const root = join(import.meta.dirname, '../..');

interface Start {
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
}

describe('npm start refuses in one sentence', () => {
  const refusal = async (env: Record<string, string>, dataDir?: string): Promise<string> => {
    const start = await somewhere(dataDir);
    const { status, stderr } = spawnSync(process.execPath, ['tools/start.mjs'], {
      cwd: root,
      env: { ...start.env, ...env },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return stderr.trim();
  };
  const databaseWith = (change: Partial<Pick<URL, 'password' | 'pathname' | 'port'>>): string =>
    Object.assign(new URL(needed('TEST_POSTGRES_URL')), change).href;

  it('a port in use', async () => {
    const other = createServer();
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toBe(`Port ${port} is in use by another program: end that, or set PORT to another port.`);
    expect(await refusal({ SIMULATOR_PORT: String(port) })).toBe(
      `Port ${port} is in use by another program: end that, or set SIMULATOR_PORT to another port.`,
    );
    other.close();
  });

  it.each(['http', '0', '70000'])('a port that is none: %s', async (port) => {
    expect(await refusal({ PORT: port })).toBe(`PORT is not a port (1 to 65535): ${port}`);
  });

  it.each([
    ['nonsense', /^DATABASE_URL is not a URL/],
    ['mysql://localhost/x', /^DATABASE_URL is not that of a PostgreSQL/],
    ['postgresql://localhost', /^DATABASE_URL names no database/],
    ['postgresql://localhost:1/x', /^No PostgreSQL answers at DATABASE_URL's localhost:1/],
  ])('a wrong DATABASE_URL: %s', async (url, sentence) => {
    expect(await refusal({ DATABASE_URL: url })).toMatch(sentence);
  });

  it('a DATABASE_URL whose password is not accepted, without telling it', async () => {
    const sentence = await refusal({ DATABASE_URL: databaseWith({ password: 'guessed' }) });
    expect(sentence).toMatch(/does not accept DATABASE_URL's user "cordboard" and password/);
    expect(sentence).not.toContain('guessed');
  });

  it('a DATABASE_URL whose database is missing', async () => {
    expect(await refusal({ DATABASE_URL: databaseWith({ pathname: '/nowhere' }) })).toMatch(/has no database "nowhere"/);
  });

  it('a NATS_URL where none answers', async () => {
    expect(await refusal({ NATS_URL: 'nats://localhost:1' })).toBe('NATS_URL is localhost:1, where no NATS server answers.');
  });

  it('a data directory on which Cordboard runs already', async () => {
    const { dataDir } = await somewhere();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'start.mjs'], { stdio: 'ignore' });
    writeFileSync(join(dataDir, 'running.pid'), String(other.pid));
    expect(await refusal({}, dataDir)).toMatch(`Cordboard runs already on ${dataDir} (process ${other.pid})`);
    other.kill();
  });

  it('a data directory that is a file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cordboard-start-')), 'data');
    writeFileSync(file, '');
    expect(await refusal({ DATA_DIR: file }, file)).toMatch(/cannot be written to/);
  });
});

describe('npm start', () => {
  it('says ready with the addresses, keeps what was done over a restart, and leaves no process behind', async () => {
    const start = await somewhere();
    const first = launch(start);
    const [, url = '', simulator = ''] = /^ready {2}(\S+) {2}\(explorer \S+ {2}simulator (\S+)\)/m.exec(await first.ready) ?? [];
    expect(await graph(url, start.dataDir)).toEqual({ data: { me: { id: 'alice' } } });
    expect((await fetch(`${simulator}/legs`)).status).toBe(200);
    const children = childrenOf(first.pid);
    expect(children.length).toBeGreaterThanOrEqual(9);
    expect(await first.interrupt()).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);

    const second = launch(start);
    await second.ready;
    expect(await graph(url, start.dataDir)).toEqual({ data: { me: { id: 'alice' } } });
    const orphans = childrenOf(second.pid);
    second.kill();
    await eventually(
      () => orphans.filter(isAlive),
      (alive) => alive.length === 0,
    );
    rmSync(start.dataDir, { recursive: true, force: true });
  }, 120_000);
});

it('npm start -- --engine asterisk: a caller of a Number whose people are away reaches its voicemail, over SIP', async () => {
  const start = await somewhere();
  const [sipPort] = await freePorts(1);
  const running = launch({ ...start, env: { ...start.env, SIP_PORT: String(sipPort) } }, '--engine', 'asterisk');
  expect(await running.ready).toMatch(
    /^phones {2}alice, bob, carol, dan have test phones.*\n.* server 127\.0\.0\.1:\d+, user sam, password \S+;/m,
  );
  const phones = `http://127.0.0.1:${start.env['SIMULATOR_PORT']}`;
  await fetch(`${phones}/calls`, { method: 'POST', body: '{"from":"+33611111111","to":"+33187000002"}' });
  const caller = await eventually(
    async () => ((await (await fetch(`${phones}/legs`)).json()) as { state: string; hears: string[] }[])[0],
    (leg) => leg?.state === 'UP' && leg.hears.includes('voicemail'),
  );
  expect(caller).toMatchObject({ callId: expect.stringMatching(/-c1$/), held: false, message: { name: 'voicemail', id: null } });
  expect(await running.interrupt()).toBe(0);
  rmSync(start.dataDir, { recursive: true, force: true });
}, 120_000);

async function somewhere(dataDir = mkdtempSync(join(tmpdir(), 'cordboard-start-'))): Promise<Start> {
  if (!existsSync(dataDir)) mkdirSync(dataDir);
  spawnSync('chmod', ['755', dataDir]);
  const [port, simulatorPort] = await freePorts(2);
  const { DATABASE_URL: _, NATS_URL: __, ...env } = process.env;
  return { dataDir, env: { ...env, DATA_DIR: dataDir, PORT: String(port), SIMULATOR_PORT: String(simulatorPort) } };
}

function launch({ env }: Start, ...args: string[]) {
  const child = spawn(process.execPath, ['tools/start.mjs', ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const ended = new Promise<number | null>((tell) => child.once('exit', tell));
  const ready = new Promise<string>((tell, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        said += String(text);
        if (/^ready .*\n/m.test(said)) tell(said);
      });
    void ended.then((code) => fail(new Error(`it ended with ${code}: ${said}`)));
  });
  return {
    pid: child.pid ?? 0,
    ready,
    interrupt: () => (child.kill('SIGINT'), ended),
    kill: () => child.kill('SIGKILL'),
  };
}

async function graph(url: string, dataDir: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await signToken('alice', { dataDir })}` };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: '{ me { id } }' }) })).json();
}

/** Their process ids, on Linux. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
