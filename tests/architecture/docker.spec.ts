import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

  const plugin = spawnSync('docker', ['compose', 'version']).status === 0;
  (plugin ? it : it.skip)('is one that Docker understands (where its plugin is there)', () => {
    const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet'], { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
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
