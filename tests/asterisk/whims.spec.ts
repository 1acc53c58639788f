import { eventually, seedFrom } from '@cordboard/testing';
import { World, type AgentApp } from '../stories/people.ts';
import { Books } from '../faults/books.ts';
import { Whims } from './whims.ts';

/** `WHIMS_SEED` tells the same again, as far as telephones are as quick as they were. */
const SEED = seedFrom('WHIMS_SEED');
const CALLS = Number(process.env['WHIMS_CALLS'] ?? 100);

describe('many calls, and everybody does what comes into their mind', () => {
  let world: World;
  let books: Books;
  let agents: readonly AgentApp[];

  beforeAll(async () => {
    console.log(`WHIMS_SEED=${SEED}`);
    world = await World.begin();
    agents = Object.values(await world.people('alice', 'bob', 'carol', 'dan'));
    books = await Books.open(world.stack);
  }, 300_000);
  afterAll(async () => {
    await books?.close();
    await world?.end();
  }, 60_000);

  it('nothing is left over: no leg, no call, no agent who is held, no transfer without its end', async () => {
    const whims = new Whims(world, agents, { seed: SEED, calls: CALLS });
    await whims.run();
    const { acknowledged, answers } = whims;
    for (const app of agents) await app.keepOpen();
    await world.allQuiet(...agents);
    await eventually(
      () => books.pending(),
      (pending) => pending.length === 0,
      60_000,
    );
    expect(await books.transfers(acknowledged)).toEqual([]);
    expect(await books.conversations()).toEqual([]);
    expect(await books.told()).toEqual([]);
    expect(await books.history()).toEqual([]);
    expect(await world.leftInEngine()).toEqual([]);
    console.log(`${CALLS} calls, ${acknowledged.length} transfers; answers: ${JSON.stringify(Object.fromEntries(answers))}`);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(answers.get('INTERNAL_SERVER_ERROR') ?? 0).toBe(0);
  }, 400_000);
});
