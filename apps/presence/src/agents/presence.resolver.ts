import { countCharacters } from '@cordboard/text';
import { badInput, forbidden, notFound, refused, seesAll, type Identity } from '@cordboard/platform-subgraph';
import type { PresenceCommand } from '@cordboard/domain-presence';
import type { Followers } from '@cordboard/platform-messaging';
import type { DeviceHandler } from '../devices/device.handler.ts';
import { appInGraph, phoneInGraph } from '../devices/devices.graph.ts';
import type { ConnectionReport, DeviceStore } from '../devices/device.store.ts';
import type { PhoneStore } from '../devices/phone.store.ts';
import type { MutationResolvers, Resolvers } from '../generated/graphql.ts';
import type { Changed, PresenceHandler } from './presence.handler.ts';
import { viewOf } from './presence.messages.ts';
import type { AgentRow, PresenceStore } from './presence.store.ts';

const LONGEST_REASON = 200;
const LONGEST_VERSION = 64;

/** Who is available, and choosing to be. */
export function presenceResolvers({
  store,
  handler,
  sockets,
  devices,
  phones,
  history,
}: {
  store: PresenceStore;
  handler: PresenceHandler;
  sockets: DeviceHandler;
  devices: DeviceStore;
  phones: PhoneStore;
  /** Who shows how long a wrap-up was. */
  history: Followers;
}): Omit<Resolvers, 'Mutation'> & { Mutation: Omit<MutationResolvers, 'tagCall'> } {
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
  const change = (identity: Identity, agentId: string, command: (at: string) => PresenceCommand): Promise<Changed> => {
    const at = new Date().toISOString();
    return handler.change({ account: identity.account, agentId, at, commands: async () => [command(at)] });
  };

  /** Oneself, or another active agent where one may act for them. */
  const actsFor = async (identity: Identity, agentId: string | null | undefined, otherwise: string): Promise<string> => {
    const { id, active } = await agentOf(identity, agentId ?? identity.agentId);
    if (!active) throw notFound('agent');
    if (id !== identity.agentId && !seesAll(identity)) throw forbidden(otherwise);
    return id;
  };

  return {
    Mutation: {
      setStatus: async (_, { status, reason, agentId }, { identity }) => {
        if (countCharacters(reason ?? '') > LONGEST_REASON) throw badInput(`reason has ${LONGEST_REASON} characters at most.`);
        const whose = await actsFor(identity, agentId, "Only supervisors and administrators change others' status.");
        return answer(await change(identity, whose, (at) => ({ type: 'chooseStatus', status, reason: reason ?? null, at })));
      },
      signOutOtherDevices: async (_, { agentId, deviceId }, { identity }) => {
        const whose = await actsFor(identity, agentId, "Only supervisors and administrators sign others' devices out.");
        const kept = deviceId ?? null;
        if (kept !== null && !(await devices.of(identity.account, whose)).some(({ id }) => id === kept)) throw notFound('device');
        return answer(await sockets.signOut(identity.account, whose, kept));
      },
      reportConnection: async (_, { deviceId, appVersion, rttMs, jitterMs, packetLoss }, { identity }) => {
        const report = { appVersion: appVersion ?? null, rttMs: rttMs ?? null, jitterMs: jitterMs ?? null, packetLoss: packetLoss ?? null };
        const problem = problemWith(report);
        if (problem) throw badInput(problem);
        if (!(await devices.report(identity.account, identity.agentId, deviceId, report))) throw notFound('device');
        return { __typename: 'Agent', id: identity.agentId };
      },
      endWrapUp: async (_, { callId }, { identity }) => {
        const ended = await change(identity, identity.agentId, (at) => ({ type: 'endWrapUp', callId, at }));
        if (ended.is === 'changed' && ended.row) await history.haveSeen([ended.row]);
        return answer(ended);
      },
      extendWrapUp: async (_, { callId, seconds }, { identity }) =>
        answer(await change(identity, identity.agentId, (at) => ({ type: 'extendWrapUp', callId, seconds, at }))),
    },
    Agent: {
      __resolveReference: async ({ id }, { identity }) => agentOf(identity, id),
      presence: async ({ id }, _, { identity }) => viewOf((await agentOf(identity, id)).state),
      devices: async ({ id }, _, { identity: { account } }) => [
        ...(await devices.of(account, id)).map(appInGraph),
        ...(await phones.of(account, id)).map(phoneInGraph),
      ],
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

/** What is wrong with a report; null: nothing. */
function problemWith({ appVersion, rttMs, jitterMs, packetLoss }: ConnectionReport): string | null {
  if (countCharacters(appVersion ?? '') > LONGEST_VERSION) return `appVersion has ${LONGEST_VERSION} characters at most.`;
  if ((rttMs ?? 0) < 0 || (jitterMs ?? 0) < 0) return 'rttMs and jitterMs are not negative.';
  if ((packetLoss ?? 0) < 0 || (packetLoss ?? 0) > 1) return 'packetLoss is a share, from 0 to 1.';
  return null;
}
