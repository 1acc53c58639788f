import { eventually } from '@cordboard/testing';
import WebSocket from 'ws';
import { World, type AgentApp } from './people.ts';

let world: World, alice: AgentApp, sam: AgentApp;

beforeAll(async () => {
  world = await World.begin();
  [alice, sam] = await Promise.all([world.agent('alice'), world.agent('sam')]);
}, 120_000);
afterAll(() => world?.end());

/** A socket of a device, as the wire shows it. */
class Device {
  readonly closed: Promise<string>;
  /** What was answered to each operation, by its id. */
  readonly answers: Record<string, { type: string; payload?: { data?: unknown; errors?: { extensions: { code: string } }[] } }[]> = {};
  private readonly socket: WebSocket;

  constructor(token: string, deviceId?: string) {
    this.socket = new WebSocket(world.stack.wsUrl, 'graphql-transport-ws');
    this.socket.on('open', () => this.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}`, deviceId } }));
    this.socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as { id?: string; type: string };
      (this.answers[message.id ?? message.type] ??= []).push(message);
    });
    this.closed = new Promise((resolve) => this.socket.on('close', (code, reason) => resolve(`${code} ${String(reason)}`)));
  }

  async open(): Promise<this> {
    await eventually(() => this.answers['connection_ack']);
    return this;
  }

  subscribe(id: string, query: string): void {
    this.send({ id, type: 'subscribe', payload: { query } });
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  close(): void {
    this.socket.close(1000);
  }

  private send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
}

const devicesOf = async (who: AgentApp): Promise<readonly string[]> =>
  (await who.get<{ me: { devices: { id: string }[] } }>('{ me { devices { id } } }')).me.devices.map(({ id }) => id).sort();

it('signs the other devices out: their sockets are closed and say why, the one that was kept lives on', async () => {
  const [kept, other, third] = await Promise.all(['desk', 'phone', 'tablet'].map((id) => new Device(alice.token, id).open()));
  expect(await devicesOf(alice)).toEqual(['desk', 'phone', 'tablet']);
  const answer = await alice.get<{ signOutOtherDevices: { devices: { id: string }[]; presence: { availability: string } } }>(
    'mutation { signOutOtherDevices(deviceId: "desk") { ... on Agent { devices { id } presence { availability } } } }',
  );
  expect(answer.signOutOtherDevices).toEqual({ devices: [{ id: 'desk' }], presence: { availability: 'AVAILABLE' } });
  expect(await Promise.all([other?.closed, third?.closed])).toEqual(Array(2).fill('4403 signed out on another device'));
  expect([kept?.isOpen, await devicesOf(alice)]).toEqual([true, ['desk']]);
  kept?.close();
});

it('a supervisor signs an agent out of all: OFFLINE at once', async () => {
  const bob = await world.agent('bob');
  const device = await new Device(bob.token).open();
  const out = 'mutation { signOutOtherDevices(agentId: "bob") { ... on Agent { presence { availability } devices { id } } } }';
  expect((await alice.ask(out)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(await sam.get(out)).toEqual({ signOutOtherDevices: { presence: { availability: 'OFFLINE' }, devices: [] } });
  expect(await device.closed).toBe('4403 signed out on another device');
  expect(await devicesOf(bob)).toEqual([]);
});

it('who is not there is told so, and whose time is up', async () => {
  const late = await new Device((await world.agent('dan', { expires: 7 })).token).open();
  const stranger = await world.agent('alice', { claims: { sub: 'nobody' } });
  expect(await new Device(stranger.token).closed).toBe('4403 unknown agent');
  expect(await late.closed).toBe('4403 token expired');
}, 20_000);

it('presence of somebody who is not there is NOT_FOUND, for that subscription alone', async () => {
  const device = await new Device(alice.token, 'desk').open();
  device.subscribe('nobody', 'subscription { presence(agentIds: ["alice", "nobody"]) { __typename } }');
  device.subscribe('no-team', 'subscription { presence(teamIds: ["no-team"]) { __typename } }');
  device.subscribe('team', 'subscription { presence(teamIds: ["sales"]) { ... on PresenceSnapshot { agents { id } } } }');
  const first = (id: string) => eventually(() => device.answers[id]?.[0]);
  for (const id of ['nobody', 'no-team']) expect((await first(id))?.payload?.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await first('team'))?.payload?.data).toEqual({ presence: { agents: [{ id: 'alice' }, { id: 'dan' }] } });
  device.close();
});

it('a device that says goodbye and comes back in one moment is there', async () => {
  let device = await new Device(alice.token, 'desk').open();
  for (let times = 0; times < 25; times += 1) {
    device.close();
    device = await new Device(alice.token, 'desk').open();
    expect(await devicesOf(alice)).toEqual(['desk']);
  }
  device.close();
  await eventually(async () => (await devicesOf(alice)).length === 0);
}, 30_000);

it('what a device reports of its connection stands beside it', async () => {
  const device = await new Device(alice.token, 'desk').open();
  const { reportConnection } = await alice.get<{ reportConnection: object }>(
    'mutation { reportConnection(deviceId: "desk", appVersion: "3.2.1", rttMs: 180, jitterMs: 40.5, packetLoss: 0.08) { ... on Agent { devices { id appVersion rttMs jitterMs packetLoss } } } }',
  );
  expect(reportConnection).toEqual({ devices: [{ id: 'desk', appVersion: '3.2.1', rttMs: 180, jitterMs: 40.5, packetLoss: 0.08 }] });
  device.close();
});

describe('tokens that are revoked', () => {
  const from = async (iat: number) => (await world.agent('dan', { claims: { iat } })).token;
  const asked = async (token: string) => {
    const answer = await fetch(world.stack.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query":"{ me { id } }"}',
    });
    return [answer.status, ((await answer.json()) as { errors?: { message: string }[] }).errors?.[0]?.message];
  };
  const REVOKED = [401, 'The token was revoked: sign in again.'];
  const seconds = (): number => Math.floor(Date.now() / 1_000);

  it('are taken no more, by anybody: sockets are closed, and a new one opens with a token of afterwards', async () => {
    const token = await from(seconds() - 60);
    const device = await new Device(token, 'desk').open();
    expect((await alice.ask('mutation { revokeTokens(agentId: "dan") { __typename } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await asked(token)).toEqual([200, undefined]);
    const dan = await world.agent('dan');
    expect(await dan.get('mutation { revokeTokens(agentId: "dan") { ... on Agent { id } } }')).toEqual({ revokeTokens: { id: 'dan' } });
    expect(await device.closed).toBe('4403 token revoked');
    await eventually(
      () => asked(token),
      (answer) => answer[0] === 401,
    );
    expect(await asked(token)).toEqual(REVOKED);
    expect(await new Device(token).closed).toBe('4403 token revoked');
    const exported = await fetch(new URL('/history/export.csv', world.stack.url), { headers: { authorization: `Bearer ${token}` } });
    expect([exported.status, await exported.json()]).toMatchObject([401, { code: 'UNAUTHENTICATED' }]);
    const next = await from(seconds() + 2);
    expect(await asked(next)).toEqual([200, undefined]);
    (await new Device(next).open()).close();
  }, 20_000);

  it('are those of whoever changes role, too', async () => {
    const [ada, bob] = await Promise.all([world.agent('ada'), world.agent('bob', { claims: { iat: seconds() - 60 } })]);
    const device = await new Device(bob.token, 'desk').open();
    await ada.get('mutation { updateAgent(id: "bob", name: "Bob") { __typename } }');
    expect([await asked(bob.token), device.isOpen]).toEqual([[200, undefined], true]);
    await ada.get('mutation { updateAgent(id: "bob", role: SUPERVISOR) { __typename } }');
    expect(await device.closed).toBe('4403 token revoked');
    expect(await asked(bob.token)).toEqual(REVOKED);
  }, 20_000);
});
