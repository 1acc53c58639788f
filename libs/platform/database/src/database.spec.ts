import { plainClient, testDatabase, type TestDatabase } from '@cordboard/testing';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
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

/** What PostgreSQL says to a connection that it ends, in the bytes of its protocol (ErrorResponse). */
function farewell(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0');
  const head = Buffer.from('E....');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

describe('a connection that ends in the moment in which it is handed to the next who waits', () => {
  let between: Server;
  let endsNext = false;
  beforeAll(async () => {
    const { hostname, port } = new URL(testDb.url);
    between = createServer((client) => {
      const server = connect(Number(port), hostname);
      client.pipe(server).on('error', () => client.destroy());
      client.on('error', () => server.destroy());
      server.on('data', (bytes: Buffer) => {
        if (!endsNext || !bytes.subarray(-READY.length).equals(READY)) return client.write(bytes);
        endsNext = false;
        client.end(Buffer.concat([bytes, farewell()]));
        return server.destroy();
      });
    });
    await new Promise<void>((listening) => between.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => void between.close());

  it('fails what waited, and not the process', async () => {
    const url = new URL(testDb.url);
    url.host = `127.0.0.1:${(between.address() as AddressInfo).port}`;
    const through = await Database.open({
      url: url.href,
      schema: 'routing',
      connections: 1,
      client: () => plainClient(testDb.url, 'routing'),
    });
    endsNext = true;
    const first = through.query('SELECT 1 AS one');
    const waits = through.transaction((tx) => tx.query('SELECT 2 AS two')).catch((error: unknown) => error);
    expect(await first).toEqual([{ one: 1 }]);
    expect(isPassing(await waits)).toBe(true);
    expect(await through.transaction((tx) => tx.query('SELECT 3 AS three'))).toEqual([{ three: 3 }]);
    await through.close();
  });
});
