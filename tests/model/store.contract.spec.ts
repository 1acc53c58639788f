import { testDatabase, type TestDatabase } from '@cordboard/testing';
import { openDatabase, type RoutingDatabase } from './routing.ts';
import { storeContract } from './store.contract.ts';
import { memoryTables, postgresTables } from './tables.ts';

describe('routing’s tables in memory', () => storeContract(async () => memoryTables()));

describe('routing’s tables in PostgreSQL', () => {
  let testDb: TestDatabase, database: RoutingDatabase;
  beforeAll(async () => {
    testDb = await testDatabase();
    database = await openDatabase(testDb.url);
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });
  storeContract(() => postgresTables(database));
});
