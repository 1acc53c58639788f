import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A database of one spec's own, with every service's migrated schema in it. */
export interface TestDatabase {
  /** For DATABASE_URL. */
  readonly url: string;
  drop(): Promise<void>;
}

/** Copies the migrated template that the test run prepared (tests/support/global-setup.mjs). */
export async function testDatabase(): Promise<TestDatabase> {
  const admin = needed('TEST_POSTGRES_URL');
  const name = `spec_${randomUUID().replaceAll('-', '')}`;
  await run(admin, `CREATE DATABASE ${name} TEMPLATE ${needed('TEST_TEMPLATE_DATABASE')}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => run(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** What the test run's set-up left in the environment. @throws when jest runs without that set-up. */
export function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: run this through npm test, whose set-up starts PostgreSQL and finds nats-server`);
  return value;
}
