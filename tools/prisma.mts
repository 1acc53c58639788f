/**
 * Prisma without its command line and without its native engines:
 *
 *     node --import ./tools/register.mjs tools/prisma.mts generate|deploy|check [service…]
 *     node --import ./tools/register.mjs tools/prisma.mts new <service> <name_of_the_change>
 *
 * `generate` writes the clients, `deploy` applies migrations, `new` writes the one that schema.prisma lacks, `check` fails where there
 * would be one. The database is DATABASE_URL's; `new` and `check` start one of their own where it is not set.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { deploy, migrationsOf, prismaDir, servicesWithTables } from './lib/migrations.mjs';
import { freePort } from './lib/ports.mjs';
import { startPostgres, temporaryDir } from './lib/postgres.mjs';
import { root } from './lib/root.mjs';

const require = createRequire(import.meta.url);
const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Writes the client of a service to where its schema.prisma says. */
export async function generate(service: string): Promise<void> {
  const { getGenerators, loadSchemaContext } = require('@prisma/internals') as PrismaInternals;
  const { defaultRegistry } = require('@prisma/client-generator-registry') as { defaultRegistry: { toInternal(): unknown } };
  const path = relative(root, join(prismaDir(service), 'schema.prisma'));
  const schemaContext = await loadSchemaContext({
    schemaPath: { cliProvidedPath: path },
    schemaPathFromArg: path,
    printLoadMessage: false,
  });
  const generators = await getGenerators({ schemaContext, printDownloadProgress: false, registry: defaultRegistry.toInternal() });
  for (const generator of generators) {
    await generator.generate();
    generator.stop();
  }
}

/** The SQL from the recorded migrations to schema.prisma; '' when they agree. Works in a shadow database that it drops again. */
export const drift = (service: string, databaseUrl: string): Promise<string> =>
  withEngine(service, databaseUrl, async (engine, files) => {
    const recorded = recordedMigrations(service);
    const { stdout } = await engine.diff({
      from: recorded.migrationDirectories.length > 0 ? { tag: 'migrations', ...recorded } : { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: NO_FILTERS,
    });
    const sql = String(stdout ?? '');
    return /^-- This is an empty migration/m.test(sql) ? '' : sql.trim();
  });

/** What Prisma's own engine would still apply: proof that our `deploy` leaves the notes that it reads. */
export const leftToApply = (service: string, databaseUrl: string): Promise<string[]> =>
  withEngine(service, databaseUrl, async (engine) => {
    const done = await engine.applyMigrations({ migrationsList: recordedMigrations(service), filters: NO_FILTERS });
    return done.appliedMigrationNames;
  });

/** The path of the migration that was written, or undefined where schema.prisma holds nothing new. */
export async function newMigration(service: string, name: string, databaseUrl: string): Promise<string | undefined> {
  const change = await drift(service, databaseUrl);
  if (!change) return undefined;
  const sql = change.replace(/^-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "\w+";\n\n/, ''); // whoever deploys makes it
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const dir = join(prismaDir(service), 'migrations', `${stamp}_${name}`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'migration.sql'), `${sql}\n`);
  return relative(root, join(dir, 'migration.sql'));
}

/** Schema changes without a migration, and migrations that Prisma's engine would not see as applied, one line each. */
export async function check(services: readonly string[], databaseUrl: string): Promise<string[]> {
  const found: string[] = [];
  for (const service of services) {
    const sql = await drift(service, databaseUrl);
    if (sql) found.push(`${service}: schema.prisma has changes that no migration makes (npm run migration -- ${service} <name>):\n${sql}`);
    const open = await leftToApply(service, databaseUrl);
    if (open.length > 0) found.push(`${service}: Prisma does not see as applied: ${open.join(', ')}`);
  }
  return found;
}

async function withEngine<T>(service: string, url: string, use: (engine: Engine, files: SchemaFile[]) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await engineModule();
  const path = join(prismaDir(service), 'schema.prisma');
  const content = readFileSync(path, 'utf8');
  const adapter = adapterFor(service, url);
  const engine = await SchemaEngine.new({ datamodels: [[path, content]] }, () => undefined, bindMigrationAwareSqlAdapterFactory(adapter));
  try {
    return await use(engine, [{ path, content }]);
  } finally {
    engine.free();
    await adapter.disconnect(); // the engine would keep its advisory lock for ten seconds
  }
}

let loaded: Promise<EngineModule> | undefined;
const engineModule = (): Promise<EngineModule> => (loaded ??= loadEngine());

async function loadEngine(): Promise<EngineModule> {
  // without this, a panic of the engine hides behind a TypeError
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(`prisma engine panic: ${message}`) },
  });
  const main = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings = (await import(pathToFileURL(main).href)) as EngineModule;
  const { Instance, Module } = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
  const { exports } = new Instance(new Module(readFileSync(join(dirname(main), 'schema_engine_bg.wasm'))), {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
  return bindings;
}

function recordedMigrations(service: string) {
  return {
    baseDir: join(prismaDir(service), 'migrations'),
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
    shadowDbInitScript: '',
    migrationDirectories: migrationsOf(service).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

/** The adapter, in the service's own PostgreSQL schema, with its shadow database dropped only after its pool has closed. */
function adapterFor(service: string, url: string) {
  const config = { ...discrete(url), options: `-c search_path=${service}` };
  const inner = new PrismaPg(config, { schema: service });
  const pools: pg.Pool[] = [];
  return {
    provider: 'postgres' as const,
    adapterName: inner.adapterName,
    connect: async () => {
      const adapter = mended(await inner.connect());
      pools.push(adapter.underlyingDriver());
      return adapter;
    },
    connectToShadowDb: async () => {
      const database = `shadow_${randomUUID().replaceAll('-', '')}`;
      const admin = new pg.Client(discrete(url));
      await admin.connect();
      await admin.query(`CREATE DATABASE ${database} TEMPLATE template0`);
      const shadow = await new PrismaPg({ ...config, database }, { schema: service }).connect();
      await shadow.executeScript(`CREATE SCHEMA IF NOT EXISTS "${service}"`);
      const dispose = shadow.dispose.bind(shadow);
      shadow.dispose = async () => {
        await dispose();
        await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
        await admin.end();
      };
      return mended(shadow);
    },
    disconnect: async () => {
      for (const pool of pools) if (!pool.ended) await pool.end();
    },
  };
}

/** Not a connection string: in pg it would override `database`, and the shadow database would be the real one. */
function discrete(url: string) {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/**
 * The adapter without two of its faults. It cuts a script at every semicolon, those inside a function's body too: a script goes to
 * PostgreSQL whole. And PostgreSQL's one-byte "char" (type 18), which the engine's introspection reads, is unknown to it: it becomes `character`.
 */
function mended<T extends { underlyingDriver(): pg.Pool; executeScript(script: string): Promise<void> }>(adapter: T): T {
  adapter.executeScript = async (script) => void (await adapter.underlyingDriver().query(script));
  const inside = adapter as unknown as AdapterInside;
  const performIO = inside.performIO.bind(inside);
  const queryRaw = inside.queryRaw.bind(inside);
  let charColumns: number[] = [];
  inside.performIO = async (query) => {
    const result = await performIO(query);
    charColumns = [];
    result.fields?.forEach((field, i) => {
      if (field.dataTypeID !== 18) return;
      field.dataTypeID = 1042;
      charColumns.push(i);
      for (const row of result.rows) if (row[i] === '') row[i] = '\0';
    });
    return result;
  };
  inside.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const i of charColumns) result.columnTypes[i] = 6; // ColumnTypeEnum.Character
    return result;
  };
  return adapter;
}

interface SchemaFile {
  readonly path: string;
  readonly content: string;
}
interface Engine {
  diff(input: object): Promise<{ stdout?: string | null }>;
  applyMigrations(input: object): Promise<{ appliedMigrationNames: string[] }>;
  free(): void;
}
interface EngineModule {
  readonly SchemaEngine: { new: (options: object, log: () => void, adapter: unknown) => Promise<Engine> };
  __wbg_set_wasm(exports: unknown): void;
}
interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { exports: { __wbindgen_start?: () => void } };
}
interface PrismaInternals {
  loadSchemaContext(o: object): Promise<unknown>;
  getGenerators(o: object): Promise<{ generate(): Promise<void>; stop(): void }[]>;
}
interface AdapterInside {
  performIO(query: unknown): Promise<{ fields?: { dataTypeID: number }[]; rows: unknown[][] }>;
  queryRaw(query: unknown): Promise<{ columnTypes: number[] }>;
}

/** With DATABASE_URL, or else with a cluster that lives as long as the work. */
async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const given = process.env['DATABASE_URL'];
  if (given) return work(given);
  const dir = temporaryDir('prisma');
  const cluster = await startPostgres({ dir: join(dir, 'postgres'), port: await freePort(), databases: ['cordboard'], fast: true });
  try {
    return await work(cluster.url('cordboard'));
  } finally {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function main([command, ...rest]: string[]): Promise<number> {
  const services = command !== 'new' && rest.length > 0 ? rest : servicesWithTables();
  switch (command) {
    case 'generate':
      for (const service of services) await generate(service);
      return 0;
    case 'deploy': {
      const url = process.env['DATABASE_URL'];
      if (!url) throw new Error('DATABASE_URL is not set: it names the database to migrate.');
      const applied = await deploy(url, { services });
      for (const [service, names] of Object.entries(applied)) console.log(`${service}: ${names.join(', ')}`);
      if (Object.keys(applied).length === 0) console.log('all migrations were applied already');
      return 0;
    }
    case 'check':
      return withDatabase(async (url) => {
        if (!process.env['DATABASE_URL']) await deploy(url, { services });
        const found = await check(services, url);
        for (const line of found) console.error(line);
        if (found.length === 0) console.log(`migrations match the schemas of ${services.join(', ') || 'no service'}`);
        return found.length === 0 ? 0 : 1;
      });
    case 'new': {
      const [service, name] = rest;
      if (!service || !name || !servicesWithTables().includes(service))
        throw new Error('usage: npm run migration -- <service> <name_of_the_change>');
      return withDatabase(async (url) => {
        console.log((await newMigration(service, name, url)) ?? `${service}: schema.prisma holds nothing new`);
        return 0;
      });
    }
    case undefined:
    default:
      throw new Error('usage: prisma.mts generate|deploy|check [service…] | new <service> <name>');
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.chdir(root);
  const code = await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
  process.exit(code); // the engine's own timer would keep us for ten seconds
}
