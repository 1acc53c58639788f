import { openWorld, type World } from './asterisk.running.ts';
import { engineContract } from './engine.contract.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  console.log(`the engine is Asterisk ${world.engine.version}`);
}, 300_000);
afterAll(() => world?.close());

engineContract('Asterisk', () => world.setup());
