import { SideBySide } from '../engine/side-by-side.ts';
import { engineContract } from './engine.contract.ts';
import { simulated } from './simulator.running.ts';

engineContract('engines side by side', async () => {
  const { engine, ...world } = await simulated();
  return { ...world, engine: new SideBySide([engine]) };
});
