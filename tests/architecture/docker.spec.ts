import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@cordboard/testing';
import { freePorts } from '@cordboard/tools/ports';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const SERVICES = ['directory', 'presence', 'routing', 'recording', 'history', 'webhooks', 'telephony', 'gateway'];
const SUBGRAPHS = SERVICES.slice(0, 6);

interface ComposeService {
  readonly image?: string;
  readonly build?: { context: string; dockerfile: string };
  readonly healthcheck?: { test: string[] };
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, null>;
};

describe('docker-compose.yml', () => {
  it('starts PostgreSQL 17 or later, NATS 2.11 or later, every service and the gateway', () => {
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(['postgres', 'nats', 'migrate', 'keys', ...SERVICES]));
    expect(Number(/^postgres:(\d+)/.exec(compose.services['postgres']?.image ?? '')?.[1])).toBeGreaterThanOrEqual(17);
    const [major = 0, minor = 0] =
      /^nats:(\d+)\.(\d+)/
        .exec(compose.services['nats']?.image ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    expect(major * 100 + minor).toBeGreaterThanOrEqual(211);
  });

  it.each(['postgres', 'nats'])('%s says whether it is well', (name) => {
    expect(compose.services[name]?.healthcheck?.test.length).toBeGreaterThan(1);
  });

  it.each(SERVICES)('%s waits for what it needs', (name) => {
    expect(compose.services[name]?.depends_on).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
      nats: { condition: 'service_healthy' },
    });
    expect(compose.services['migrate']?.depends_on).toMatchObject({ postgres: { condition: 'service_healthy' } });
  });

  it('gives the gateway the address of every part of the graph, once that is well', () => {
    const { environment, depends_on } = compose.services['gateway'] ?? {};
    for (const name of SUBGRAPHS) {
      expect(environment).toMatchObject({ [`${name.toUpperCase()}_URL`]: `http://${name}:8080/graphql` });
      expect(depends_on).toMatchObject({ [name]: { condition: 'service_healthy' } });
    }
  });

  it('names only what is there', () => {
    for (const { build, volumes = [], depends_on = {} } of Object.values(compose.services)) {
      if (build) expect(existsSync(join(root, build.dockerfile))).toBe(true);
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      for (const needed of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(needed);
    }
  });

  it('has an Asterisk for whoever asks for it, whose commands come from telephony alone', () => {
    const { asterisk, telephony } = compose.services;
    expect(asterisk).toMatchObject({
      profiles: ['asterisk'],
      ports: [expect.stringMatching(/:5060\/udp$/), expect.stringMatching(/\/udp$/)],
    });
    expect(telephony?.environment).toMatchObject({ ASTERISK_URL: 'http://asterisk:8088' });
    for (const { volumes } of [asterisk, telephony] as ComposeService[])
      expect(volumes).toContainEqual(expect.stringMatching(/^engine-password:\/engine-password/));
  });

  const plugin = spawnSync('docker', ['compose', 'version']).status === 0;
  (plugin ? it : it.skip)('is one that Docker understands (where its plugin is there)', () => {
    const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet'], { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('the image of the call engine', () => {
  it('runs an Asterisk that obeys whoever can read the password, and ends in good order', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cordboard-image-'));
    const [httpPort, sipPort] = await freePorts(2);
    const passwordFile = join(dir, 'secret/password');
    const engine = spawn(process.execPath, ['tools/engine.mjs'], {
      cwd: root,
      env: {
        ...process.env,
        ENGINE_DIR: join(dir, 'engine'),
        PASSWORD_FILE: passwordFile,
        BIND: '127.0.0.1',
        HTTP_PORT: String(httpPort),
        SIP_PORT: String(sipPort),
        RTP_PORTS: '31000-31009',
      },
    });
    const ended = new Promise((tell) => engine.once('exit', tell));
    let said = '';
    engine.stdout.on('data', (text) => (said += String(text)));
    await eventually(() => said.includes(`ARI at http://127.0.0.1:${httpPort}, SIP on port ${sipPort}`), Boolean, 100_000);
    const ping = (password: string) =>
      fetch(`http://127.0.0.1:${httpPort}/ari/asterisk/ping`, {
        headers: { authorization: `Basic ${Buffer.from(`cordboard:${password}`).toString('base64')}` },
      });
    expect([(await ping(readFileSync(passwordFile, 'utf8'))).status, (await ping('guessed')).status]).toEqual([200, 401]);
    expect(Object.keys(JSON.parse(readFileSync(join(dir, 'engine/etc/secrets.json'), 'utf8')) as object)).toContain('alice');
    engine.kill('SIGTERM');
    expect(await ended).toBe(0);
    rmSync(dir, { recursive: true, force: true });
  }, 120_000);
});

describe.each(SERVICES)('the image of %s', (name) => {
  const stages = read(`apps/${name}/Dockerfile`)
    .split(/^FROM /m)
    .slice(1);
  const last = stages.at(-1) ?? '';

  it('holds what was built, not what built it', () => {
    expect(stages).toHaveLength(2);
    expect(last).toContain(`COPY --from=build /src/dist/apps/${name} ./`);
    expect(last).not.toMatch(/npm|COPY \. /);
  });
  it('is run by an ordinary user', () => expect(last).toMatch(/^USER node$/m));
  it('says whether it is well', () => expect(last).toMatch(/^HEALTHCHECK (.|\n)*health\/ready/m));
});

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
