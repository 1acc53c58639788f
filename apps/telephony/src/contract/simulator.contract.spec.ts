import { engineContract } from './engine.contract.ts';
import { simulated } from './simulator.running.ts';

engineContract('the simulated network', simulated);
