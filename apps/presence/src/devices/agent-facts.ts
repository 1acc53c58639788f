import type { agentFacts } from '@cordboard/contracts';
import type { z } from 'zod';
import type { PresenceStore } from '../agents/presence.store.ts';
import type { DeviceStore } from './device.store.ts';

/** What others may need to know of how an agent is reached, to say why something does not work. */
export async function agentFactsOf(
  agents: Pick<PresenceStore, 'find'>,
  devices: Pick<DeviceStore, 'of'>,
  { account, agentId }: z.output<(typeof agentFacts)['question']>,
): Promise<z.input<(typeof agentFacts)['answer']>> {
  const known = (await agents.find(account, [agentId])).has(agentId);
  return { agent: known ? { devices: await devices.of(account, agentId) } : null };
}
