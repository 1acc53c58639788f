import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually, freePort } from '@cordboard/testing';
import { findProgram } from '@cordboard/tools/others';
import { World, type AgentApp } from '../stories/people.ts';
import { placeIn, type Place } from './on-a-real-engine.ts';

let world: World, place: Place, alice: AgentApp, bob: AgentApp, phone: Baresip;
beforeAll(async () => {
  world = await World.begin();
  place = placeIn(world);
  ({ alice, bob } = await world.people('alice', 'bob'));
  await world.simulator('DELETE', '/phones/bob');
  phone = await Baresip.of('bob', place);
}, 120_000);
afterAll(async () => {
  phone?.quit();
  place?.leave();
  await world?.end();
});

/** A telephone that is not ours. */
class Baresip {
  private constructor(
    private readonly child: ChildProcess,
    private readonly controlPort: number,
  ) {}

  /** Registers as an agent, and speaks with that agent's voice. */
  static async of(agent: string, { dir, engine, voiceOf }: Place): Promise<Baresip> {
    const { command, env, prefix } = await findProgram('baresip');
    const [controlPort, sipPort] = [await freePort(), await freePort()];
    const account = `<sip:${agent}@127.0.0.1:${engine.sipPort}>;auth_user=${agent};auth_pass=${engine.secrets[agent]};audio_codecs=pcmu;regint=60`;
    const modules = ['g711', 'aufile', 'aubridge', 'account', 'menu', 'ctrl_tcp'];
    const settings = [
      `module_path ${join(prefix, 'usr/lib/baresip/modules')}`,
      ...modules.map((name) => `${['account', 'menu', 'ctrl_tcp'].includes(name) ? 'module_app' : 'module'} ${name}.so`),
      `sip_listen 127.0.0.1:${sipPort}`,
      `audio_source aufile,${voiceOf(agent)}`,
      'audio_player aubridge,nowhere',
      'audio_alert aubridge,nowhere',
      `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    ];
    writeFileSync(join(dir, 'accounts'), `${account}\n`);
    writeFileSync(join(dir, 'config'), `${settings.join('\n')}\n`);
    const child = spawn(command, ['-f', dir, '-n', '127.0.0.1'], { env, stdio: 'ignore' });
    return new Baresip(child, controlPort);
  }

  /** Presses one of its buttons. */
  async press(button: 'accept' | 'hangup'): Promise<void> {
    const socket = connect(this.controlPort, '127.0.0.1');
    await once(socket, 'connect');
    const message = JSON.stringify({ command: button, params: '', token: button });
    socket.write(`${message.length}:${message},`); // a netstring
    await once(socket, 'data');
    socket.destroy();
  }

  quit(): void {
    this.child.kill('SIGKILL');
  }
}

const stateOf = async (agent: string): Promise<string | undefined> =>
  (
    await alice.get<{ agent: { devices: { id: string; state: string }[] } }>(
      'query($id: ID!) { agent(id: $id) { devices { id state } } }',
      { id: agent },
    )
  ).agent.devices.find(({ id }) => id === `sip:${agent}`)?.state;
const is = (agent: string, state: string) => eventually(async () => (await stateOf(agent)) === state);

it('baresip, as the phone of an agent, is there, rings, takes a cold transfer and hangs up', async () => {
  await is('bob', 'IDLE');
  await eventually(() => alice.steps('bob').at(-1) === 'AVAILABLE');
  const { callerLeg, callId } = await world.talking(alice);
  await alice.transfer({ callId, mode: 'COLD', target: { agentId: 'bob' } });
  await bob.rung('COLD_TRANSFER');
  await is('bob', 'RINGING');
  await phone.press('accept');
  await is('bob', 'BUSY');
  await eventually(async () => (await world.hears(callerLeg))['caller']?.join() === 'bob');
  await phone.press('hangup');
  await is('bob', 'IDLE');
  await eventually(async () => (await world.legs()).length === 0);
  expect(await alice.get('query($id: ID!) { call(id: $id) { transfer { status } } }', { id: callId })).toEqual({
    call: { transfer: { status: 'COMPLETED' } },
  });
});
