import { seedFrom, testDatabase, type TestDatabase } from '@cordboard/testing';
import fc from 'fast-check';
import { openDatabase, type RoutingDatabase } from './routing.ts';
import { stories } from './run.ts';
import { memoryTables, postgresTables } from './tables.ts';
import type { Tables } from './system.ts';

/**
 * `MODEL_SEED` plays the stories of a run again, `MODEL_RUNS` says how many there are: a night's worth is 100,000. A story that fails is
 * shrunk, and printed with its schedule.
 */
const seed = seedFrom('MODEL_SEED');
const runs = Number(process.env['MODEL_RUNS'] ?? 150);
/** Stories and the shrinking of one that fails end after this, in ms, however many were wanted; a night's worth takes its time. */
const LONGEST = Math.max(900_000, runs * 400);

const hold = async (numRuns: number, tables: () => Promise<Tables>): Promise<void> => {
  console.log(`${numRuns} stories with MODEL_SEED=${seed}`);
  await fc.assert(stories(tables), {
    numRuns,
    seed,
    interruptAfterTimeLimit: LONGEST,
    markInterruptAsFailure: true,
  });
};

it(
  'whatever people, phones and time do, in any schedule of two processes, all is as the model predicts',
  async () => {
    await hold(runs, async () => memoryTables());
  },
  LONGEST + 60_000,
);

describe('over PostgreSQL', () => {
  let testDb: TestDatabase, database: RoutingDatabase;
  beforeAll(async () => {
    testDb = await testDatabase();
    database = await openDatabase(testDb.url);
  });
  afterAll(async () => {
    await database.close();
    await testDb.drop();
  });

  it(
    'all is as the model predicts too',
    async () => {
      await hold(Math.ceil(runs / 40), () => postgresTables(database));
    },
    LONGEST + 60_000,
  );
});
