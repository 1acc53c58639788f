import { plainClient, testDatabase, type TestDatabase } from '@cordboard/testing';
import { Database, isPassing, sqlState } from './index.ts';

let testDb: TestDatabase, database: Database;

beforeAll(async () => {
  testDb = await testDatabase();
  database = await Database.open({ url: testDb.url, schema: 'routing', connections: 1, client: () => plainClient(testDb.url, 'routing') });
});

afterAll(async () => {
  await database.close();
  await testDb.drop();
});

const save = (sql: Pick<Database, 'query'>, id: string) =>
  sql.query('INSERT INTO timer (id, due_at, subject, body) VALUES ($1, now(), $1, $2::jsonb)', id, '{}');
const saved = async () => (await database.query<{ id: string }>('SELECT id FROM timer ORDER BY id')).map(({ id }) => id);

describe('a transaction', () => {
  it('is all of its work or none of it', async () => {
    await database.transaction(async (tx) => [await save(tx, 'a'), await save(tx, 'b')]);
    const failed = await database.transaction(async (tx) => [await save(tx, 'c'), await save(tx, 'a')]).catch((error: unknown) => error);
    expect(sqlState(failed)).toBe('23505');
    expect(await saved()).toEqual(['a', 'b']);
  });

  it('whose connection is lost fails as something that passes, and the next has a connection that lives', async () => {
    const lost = await database
      .transaction(async (tx) => {
        await save(tx, 'd');
        await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
      })
      .catch((error: unknown) => error);
    expect(isPassing(lost)).toBe(true);
    expect(await saved()).toEqual(['a', 'b']);
  });
});
