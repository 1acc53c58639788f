// @ts-check
/**
 * Brings the tables of every service up to date in one database, each service in a PostgreSQL schema of its own name. Folders,
 * table and checksums are Prisma's, so that `prisma migrate deploy` with `?schema=<service>` finds the same and may be used instead.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { root } from './root.mjs';

/** Any number, as long as every migrator takes the same. Prisma's own engine takes this one too. */
const ADVISORY_LOCK = 72707369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** @typedef {{ name: string, sql: string }} Migration */

/** The folder that holds a service's schema and migrations. @param {string} service */
export const prismaDir = (service) => join(root, 'prisma', service);

/** The services that keep tables. @returns {string[]} */
export const servicesWithTables = (base = join(root, 'prisma')) =>
  existsSync(base)
    ? readdirSync(base)
        .filter((name) => existsSync(join(base, name, 'schema.prisma')) || existsSync(join(base, name, 'migrations')))
        .sort()
    : [];

/** In the order in which they apply. @param {string} service @returns {Migration[]} */
export function migrationsOf(service, base = join(root, 'prisma')) {
  const dir = join(base, service, 'migrations');
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'migration.sql')))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(dir, name, 'migration.sql'), 'utf8') }));
}

/**
 * Each migration and the note that it was applied are one transaction: what fails leaves nothing behind.
 * @param {string} databaseUrl @param {{ services?: string[], base?: string }} [o] `base`: another folder than `prisma/`
 * @returns {Promise<Record<string, string[]>>} what was applied, by service; nothing where all was up to date
 */
export async function deploy(databaseUrl, { base = join(root, 'prisma'), services = servicesWithTables(base) } = {}) {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'cordboard-migrate' });
  await client.connect();
  try {
    const known = await appliedAnywhere(client, services);
    const open = services
      .map((service) => ({ service, todo: missing(service, migrationsOf(service, base), known) }))
      .filter(({ todo }) => todo.length > 0);
    if (open.length === 0) return {};
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    const now = await appliedAnywhere(client, services); // another migrator may have been quicker
    /** @type {Record<string, string[]>} */
    const applied = {};
    for (const { service, todo } of open) applied[service] = await apply(client, service, missing(service, todo, now));
    return applied;
  } finally {
    await client.end();
  }
}

/** @param {pg.Client} client @param {string[]} services @returns {Promise<Map<string, Set<string>>>} names applied, by service */
async function appliedAnywhere(client, services) {
  const { rows } = await client.query(`SELECT schemaname FROM pg_tables WHERE tablename = '_prisma_migrations' AND schemaname = ANY($1)`, [
    services,
  ]);
  /** @type {Map<string, Set<string>>} */
  const known = new Map();
  for (const { schemaname } of rows) {
    const notes = await client.query(
      `SELECT migration_name, finished_at FROM ${client.escapeIdentifier(schemaname)}._prisma_migrations WHERE rolled_back_at IS NULL`,
    );
    const broken = notes.rows.find(({ finished_at }) => finished_at === null);
    if (broken) throw new Error(`Migration ${broken.migration_name} of ${schemaname} has begun and not finished: see docs/operations.md.`);
    known.set(schemaname, new Set(notes.rows.map(({ migration_name }) => migration_name)));
  }
  return known;
}

/** @param {string} service @param {Migration[]} all @param {Map<string, Set<string>>} known */
const missing = (service, all, known) => all.filter(({ name }) => !known.get(service)?.has(name));

/** @param {pg.Client} client @param {string} service @param {Migration[]} todo */
async function apply(client, service, todo) {
  const schema = client.escapeIdentifier(service);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await client.query(`SET search_path = ${schema}`);
  await client.query(TABLE);
  for (const { name, sql } of todo) {
    try {
      await client.query('BEGIN');
      await client.query(sql);
      await client.query(
        'INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, clock_timestamp(), $3, 1)',
        [randomUUID(), createHash('sha256').update(sql).digest('hex'), name],
      );
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {}); // the connection may be what failed
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Migration ${name} of ${service} failed and changed nothing: ${reason}`, { cause: error });
    }
  }
  await client.query('RESET search_path');
  return todo.map(({ name }) => name);
}
