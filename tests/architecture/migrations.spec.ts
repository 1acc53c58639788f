import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@cordboard/testing';
import { deploy } from '@cordboard/tools/migrations';
import pg from 'pg';

const BUMP = 'CREATE FUNCTION bump(n integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN n + 1; END $$;';

describe('bringing a database up to date', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let base: string;
  beforeEach(async () => {
    database = await testDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    base = mkdtempSync(join(tmpdir(), 'cordboard-migrations-'));
    migration('shop', '1_init', `CREATE TABLE thing (id TEXT PRIMARY KEY);\n${BUMP}`);
    migration('stock', '1_init', 'CREATE TABLE thing (id TEXT PRIMARY KEY, shelf INTEGER);');
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  it("puts each service's tables, functions and notes in a schema of its own name", async () => {
    expect(await deploy(database.url, { base })).toEqual({ shop: ['1_init'], stock: ['1_init'] });
    expect(await tables('shop')).toEqual(['_prisma_migrations', 'thing']);
    expect(await tables('stock')).toEqual(['_prisma_migrations', 'thing']);
    expect((await client.query('SELECT shop.bump(1) AS two')).rows).toEqual([{ two: 2 }]);
  });

  it('does nothing the second time, and only what is new the third', async () => {
    await deploy(database.url, { base });
    expect(await deploy(database.url, { base })).toEqual({});
    migration('shop', '2_more', 'ALTER TABLE thing ADD COLUMN price INTEGER;');
    expect(await deploy(database.url, { base })).toEqual({ shop: ['2_more'] });
  });

  it('leaves nothing of a migration that fails, and names it', async () => {
    migration('shop', '2_more', 'CREATE TABLE other (id TEXT); CREATE TABLE thing (id TEXT);');
    await expect(deploy(database.url, { base })).rejects.toThrow(
      'Migration 2_more of shop failed and changed nothing: relation "thing" already exists',
    );
    expect(await tables('shop')).toEqual(['_prisma_migrations', 'thing']);
  });

  it('applies each once when two do it at the same time', async () => {
    const both = await Promise.all([deploy(database.url, { base }), deploy(database.url, { base })]);
    expect(both.flatMap((applied) => Object.values(applied).flat())).toHaveLength(2);
  });

  function migration(service: string, name: string, sql: string): void {
    const dir = join(base, service, 'migrations', name);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'migration.sql'), sql);
  }
  const tables = async (schema: string): Promise<string[]> =>
    (await client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1', [schema])).rows.map(
      ({ tablename }) => tablename,
    );
});
