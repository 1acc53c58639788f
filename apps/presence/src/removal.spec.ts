import type { DirectoryEvent } from '@cordboard/contracts';
import { deviceOpened, presenceSnapshot } from '@cordboard/contracts';
import { newId } from '@cordboard/platform-process';
import { eventually } from '@cordboard/testing';
import { RunningPresence } from './presence.running.ts';

let running: RunningPresence;
beforeAll(async () => (running = await RunningPresence.start()));
afterAll(() => running?.stop());

const saved = (agentId: string): DirectoryEvent => ({
  type: 'agent.saved',
  agent: {
    ...{ id: agentId, name: 'Eve', extension: '105', role: 'AGENT', defaultNumberId: null, dedicatedNumberId: null },
    ...{ forwarding: null, mayDialOut: true },
  },
});
const tell = (agentId: string, seq: number, event: DirectoryEvent) => running.directoryTells(`agent-${agentId}`, seq, event);
const snapshot = (o: { agentIds?: string[]; teamIds?: string[] } = {}) =>
  running.request(presenceSnapshot, { account: 'demo', agentIds: o.agentIds ?? null, teamIds: o.teamIds ?? null });
const isShown = async (agentId: string): Promise<boolean> => (await snapshot()).agents.some((agent) => agent.agentId === agentId);

it('D18 D21 who is deactivated is OFFLINE at once, signed out, and shown to nobody; a new socket is refused', async () => {
  const socket = await running.online();
  const { agentId, deviceId, nodeId } = socket;
  await tell(agentId, 1, { type: 'agent.deactivated', agentId });
  await eventually(async () => !(await isShown(agentId)));
  expect(await snapshot({ agentIds: [agentId] })).toMatchObject({ agents: [], unknown: [agentId] });
  expect(await running.steps(agentId)).toEqual(['AVAILABLE', 'OFFLINE']);
  const told = await running.told(agentId);
  expect(told).toContainEqual({ type: 'devices.signedOut', agentId, devices: [{ deviceId, nodeId }], why: 'DEACTIVATED' });
  expect(told.filter((event) => event.type === 'standing.changed').at(-1)).toMatchObject({ standing: { reachable: false } });
  expect(await running.request(deviceOpened, { ...socket, deviceId: newId() })).toEqual({ known: false });
  const sam = { sub: 'sam', role: 'SUPERVISOR' } as const;
  expect(await running.code(sam, `mutation { setStatus(status: BUSY, agentId: "${agentId}") { __typename } }`)).toBe('NOT_FOUND');

  await tell(agentId, 2, saved(agentId));
  await eventually(() => isShown(agentId));
  expect(await running.request(deviceOpened, socket)).toEqual({ known: true });
  expect(await running.availability(agentId)).toBe('AVAILABLE');
});

it('D21 what was removed while presence was away is gone when it is back', async () => {
  const { agentId } = await running.online();
  const team = newId();
  await running.directoryTells(`team-${team}`, 1, {
    type: 'team.saved',
    team: { id: team, name: 'Night', memberIds: [agentId], dedicatedNumberId: null },
  });
  await eventually(async () => (await snapshot({ teamIds: [team] })).agents.length === 1);
  await running.whileAway(async () => {
    await tell(agentId, 1, { type: 'agent.deactivated', agentId });
    await running.directoryTells(`team-${team}`, 2, { type: 'team.deleted', teamId: team });
  });
  await eventually(async () => !(await isShown(agentId)));
  expect(
    await eventually(
      () => snapshot({ teamIds: [team] }),
      ({ unknown }) => unknown.length > 0,
    ),
  ).toMatchObject({ unknown: [team] });
  expect(await running.steps(agentId)).toEqual(['AVAILABLE', 'OFFLINE']);
});
