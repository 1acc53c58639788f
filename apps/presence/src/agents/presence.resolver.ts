import { badInput, forbidden, notFound, refused, seesAll, type Identity } from '@cordboard/platform-subgraph';
import type { PresenceCommand } from '@cordboard/domain-presence';
import type { DeviceStore } from '../devices/device.store.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { Changed, PresenceHandler } from './presence.handler.ts';
import { viewOf, type AgentRow, type PresenceStore } from './presence.store.ts';

const LONGEST_REASON = 200;

/** Who is available, and choosing to be. */
export function presenceResolvers({
  store,
  handler,
  devices,
}: {
  store: PresenceStore;
  handler: PresenceHandler;
  devices: DeviceStore;
}): Resolvers {
  const agentOf = async (identity: Identity, id: string): Promise<AgentRow> => {
    const row = (await store.find(identity.account, [id])).get(id);
    if (!row) throw notFound('agent');
    return row;
  };
  const answer = (changed: Changed) => {
    switch (changed.is) {
      case 'changed':
        return { __typename: 'Agent' as const, id: changed.agent.id };
      case 'refused':
        return refused(changed.refusal);
      case 'unknown':
        throw notFound('agent');
    }
  };
  const act = async (identity: Identity, agentId: string, command: (at: string) => PresenceCommand) => {
    const at = new Date().toISOString();
    return answer(await handler.change({ account: identity.account, agentId, at, commands: async () => [command(at)] }));
  };

  return {
    Mutation: {
      setStatus: async (_, { status, reason, agentId }, { identity }) => {
        if ((reason?.length ?? 0) > LONGEST_REASON) throw badInput(`reason has ${LONGEST_REASON} characters at most.`);
        const whose = agentId ?? identity.agentId;
        await agentOf(identity, whose);
        if (whose !== identity.agentId && !seesAll(identity)) throw forbidden("Only supervisors and administrators change others' status.");
        return act(identity, whose, (at) => ({ type: 'chooseStatus', status, reason: reason ?? null, at }));
      },
      endWrapUp: (_, { callId }, { identity }) => act(identity, identity.agentId, (at) => ({ type: 'endWrapUp', callId, at })),
      extendWrapUp: (_, { callId, seconds }, { identity }) =>
        act(identity, identity.agentId, (at) => ({ type: 'extendWrapUp', callId, seconds, at })),
    },
    Agent: {
      __resolveReference: async ({ id }, { identity }) => agentOf(identity, id),
      presence: async ({ id }, _, { identity }) => viewOf((await agentOf(identity, id)).state),
      devices: ({ id }, _, { identity }) => devices.of(identity.account, id),
    },
    Team: {
      __resolveReference: async ({ id }, { identity }) => {
        if ((await store.membersOf(identity.account, id)) === null) throw notFound('team');
        return { id };
      },
      availableMembers: async ({ id }, _, { identity }) => {
        const members = await store.find(identity.account, (await store.membersOf(identity.account, id)) ?? []);
        return [...members.values()].filter((agent) => agent.state.shown.availability === 'AVAILABLE').map((agent) => ({ id: agent.id }));
      },
    },
  };
}
