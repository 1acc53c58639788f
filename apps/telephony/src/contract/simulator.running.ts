import { Simulator } from '../simulator/driver.ts';
import { NoSuchLeg } from '../simulator/phones.ts';
import { toneOf } from '../simulator/tone.ts';
import type { Setup } from './engine.contract.ts';

/** A simulated network with phones for alice and bob, for one test of the contract. */
export async function simulated(): Promise<Setup> {
  const simulator = new Simulator();
  const { network } = simulator;
  const at = (address: string) => network.legs.find((leg) => leg.address === address);
  const id = (address: string): string => {
    const leg = at(address);
    if (!leg) throw new NoSuchLeg(address);
    return leg.id;
  };
  for (const agent of ['alice', 'bob']) network.plug(agent, true);
  const heard = (sound: string): string => network.leg(sound)?.address ?? sound;
  return {
    engine: simulator,
    phones: {
      call: async (from, to) => void simulator.phones.call(from, to),
      answer: async (address) => simulator.phones.answer(id(address)),
      reject: async (address) => simulator.phones.reject(id(address)),
      busy: async (address) => simulator.phones.busy(id(address)),
      fail: async (address) => simulator.phones.fail(id(address)),
      hangup: async (address) => simulator.phones.hangup(id(address)),
      press: async (address, digits) => simulator.phones.dtmf(id(address), digits),
      hears: async (address) => {
        const leg = at(address);
        return leg ? network.heardBy(leg).map(heard) : null;
      },
      display: async (address) => at(address)?.shows?.number ?? null,
      tone: toneOf,
      hold: async (agent, on) => simulator.phones.key(id(agent), { is: on ? 'hold' : 'resume' }),
      transfer: async (agent, to) => simulator.phones.key(id(agent), { is: 'transfer', to }),
      transferred: async (agent) => {
        const transfer = at(agent)?.transfer;
        return transfer === 'accepted' || transfer === 'declined' ? transfer : null;
      },
      plug: async (agent, isPluggedIn) => network.plug(agent, isPluggedIn),
      keys: async (address) => at(address)?.keys ?? '',
    },
    faults: {
      cut: async () => simulator.cut(),
      restore: async () => simulator.restore(),
      restart: async () => simulator.restart(),
    },
    agents: ['alice', 'bob'],
    asksToTransfer: true,
    close: async () => simulator.close(),
  };
}
