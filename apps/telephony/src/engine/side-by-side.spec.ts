import { newId } from '@cordboard/platform-process';
import { eventually } from '@cordboard/testing';
import { Simulator } from '../simulator/driver.ts';
import { EngineGone, type EngineEvent } from './port.ts';
import { SideBySide } from './side-by-side.ts';

let [one, two] = [new Simulator(), new Simulator()];
let both: SideBySide;
let told: EngineEvent[];

beforeEach(async () => {
  [one, two] = [new Simulator(), new Simulator()];
  await begin();
});
afterEach(async () => {
  await both.stop();
  one.close();
  two.close();
});

async function begin(): Promise<void> {
  both = new SideBySide([one, two]);
  told = [];
  await both.start((event) => told.push(event));
  await eventually(() => told.some(({ type }) => type === 'engine.up'));
}

const ofType = (type: string): EngineEvent[] => told.filter((event) => event.type === type);
const callAt = async (engine: Simulator): Promise<string> => {
  const { id } = engine.phones.call('+33612345678', '+33187000001');
  await eventually(() => told.some((event) => event.type === 'leg.incoming' && event.legId === id));
  return id;
};
const dial = async (device: string, ...beside: readonly string[]): Promise<string> => {
  const legId = newId();
  await both.dial({ legId, callId: 'c', target: { kind: 'device', device }, shows: { number: '1', name: '' }, beside, timeoutMs: 60_000 });
  return legId;
};
/** A caller at an engine who talks with alice there. */
async function talking(engine: Simulator): Promise<{ readonly caller: string; readonly agent: string; readonly bridgeId: string }> {
  const caller = await callAt(engine);
  const agent = await dial('alice', caller);
  const bridgeId = `main-${newId()}`;
  await both.answer({ legId: caller });
  await both.answer({ legId: agent });
  await both.createBridge({ bridgeId });
  for (const legId of [caller, agent]) await both.join({ legId, bridgeId });
  return { caller, agent, bridgeId };
}
const at = (engine: Simulator): readonly string[] => engine.network.legs.map(({ id }) => id);

describe('engines side by side', () => {
  it('keep a call on the engine that it came to', async () => {
    const [first, second] = [await talking(one), await talking(two)];
    expect([at(one), at(two)]).toEqual([
      [first.caller, first.agent],
      [second.caller, second.agent],
    ]);
    expect([one.network.rooms, two.network.rooms]).toEqual([[{ bridgeId: first.bridgeId }], [{ bridgeId: second.bridgeId }]]);
    await both.hold({ legId: second.caller });
    expect(two.network.leg(second.caller)?.held).toBe(true);
    await both.hangup({ legId: first.agent, reason: 'hangup' });
    await eventually(() => ofType('leg.ended').length === 1);
    expect(at(one)).toEqual([first.caller]);
    expect((await both.snapshot()).legs.map(({ legId }) => legId)).toEqual([first.caller, second.caller, second.agent]);
    await both.destroyBridge({ bridgeId: second.bridgeId });
    expect(two.network.rooms).toEqual([]);
  });

  it('never join two who are at different ones', async () => {
    const [first, second] = [await talking(one), await callAt(two)];
    await expect(both.join({ legId: second, bridgeId: first.bridgeId })).rejects.toThrow(/another engine/);
  });

  it('begin a call where its phone is, and show of a phone at both whatever is more', async () => {
    one.network.plug('bob', false);
    two.network.plug('bob', true);
    await eventually(() => ofType('phone.changed').length === 1);
    const leg = await dial('bob');
    expect(at(two)).toEqual([leg]);
    await eventually(() => ofType('phone.changed').length === 2);
    expect((await both.snapshot()).phones).toEqual([{ phone: 'bob', state: 'ringing' }]);
    expect(ofType('phone.changed').map((event) => event.type === 'phone.changed' && event.state)).toEqual(['idle', 'ringing']);
  });

  it('go on where one is away: its calls are neither gone nor commanded, and are looked at when it is back', async () => {
    const [first, second] = [await talking(one), await talking(two)];
    one.cut();
    expect([both.connected, ofType('engine.down')]).toEqual([true, []]);
    await expect(both.hold({ legId: first.caller })).rejects.toBeInstanceOf(EngineGone);
    await both.hold({ legId: second.caller });
    const seen = await both.snapshot();
    expect(seen.legs.map(({ legId }) => legId)).toEqual([second.caller, second.agent]);
    expect([first.caller, second.caller, 'never'].map(seen.mayBeElsewhere)).toEqual([true, false, true]);
    two.phones.hangup(second.agent);
    await eventually(() => ofType('leg.ended').length === 1);
    one.phones.hangup(first.agent);
    const ups = ofType('engine.up').length;
    one.restore();
    await eventually(() => ofType('engine.up').length === ups + 1);
    const whole = await both.snapshot();
    expect(whole.legs.map(({ legId }) => legId)).toEqual([first.caller, second.caller]);
    expect([first.agent, 'never'].map(whole.mayBeElsewhere)).toEqual([false, false]);
    two.cut();
    one.cut();
    await expect(both.snapshot()).rejects.toBeInstanceOf(EngineGone);
  });

  it('know after a restart of ours what is where', async () => {
    const [first, second] = [await talking(one), await talking(two)];
    await both.stop();
    await begin();
    await both.snapshot();
    const third = await dial('bob', second.caller);
    await both.hold({ legId: first.caller });
    expect([one.network.leg(first.caller)?.held, two.network.leg(third)?.address]).toEqual([true, 'bob']);
  });

  it('keep a recording where it was made, and do not take it for lost while that is away', async () => {
    const { bridgeId, caller, agent } = await talking(two);
    await both.recordBridge({ recordingId: 'r1', bridgeId, maxSeconds: 60 });
    await eventually(() => ofType('recording.started').length === 1);
    await both.stopRecord({ recordingId: 'r1' });
    await eventually(() => ofType('recording.finished').length === 1);
    for (const legId of [caller, agent]) await both.hangup({ legId, reason: 'hangup' });
    await both.stop();
    await begin();
    two.cut();
    await expect(both.fetchRecording({ recordingId: 'r1' })).rejects.toBeInstanceOf(EngineGone);
    await expect(both.deleteRecording({ recordingId: 'r1' })).rejects.toBeInstanceOf(EngineGone);
    two.restore();
    await both.snapshot();
    expect(await both.fetchRecording({ recordingId: 'r1' })).not.toBeNull();
    await both.deleteRecording({ recordingId: 'r1' });
    expect([(await both.snapshot()).kept, await both.fetchRecording({ recordingId: 'never' })]).toEqual([[], null]);
  });
});
