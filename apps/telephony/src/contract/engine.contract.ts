import { newId } from '@cordboard/platform-process';
import { eventually } from '@cordboard/testing';
import { EngineGone, type Engine, type EngineEvent } from '../engine/port.ts';
import type { Faults, Phones } from './phones.ts';
import { readWav, type Wav } from './wav.ts';

/** An engine that was not started, and the world around it. */
export interface Setup {
  readonly engine: Engine;
  readonly phones: Phones;
  readonly faults: Faults;
  /** Ids of agents that have a device. */
  readonly agents: readonly [string, string];
  /** Whether it asks what a phone's transfer key means; otherwise it refuses at once. */
  readonly asksToTransfer: boolean;
  close(): Promise<void>;
}

const CALLER = '+33612345678';
const LINE = '+33187000001';
const OUTSIDE = '+33145678901';
const SHOWN = { number: CALLER, name: 'Somebody' };
const GREETING = { name: 'greeting', words: 'Good morning.', language: null, file: null };
const VOICEMAIL = { name: 'voicemail', words: null, language: null, file: null };

/** The rules of the port (`engine/port.ts`), for any driver. Titles begin with the number of the rule. */
export function engineContract(name: string, setup: () => Promise<Setup>): void {
  describe(`the port over ${name}`, () => {
    let world: Setup;
    let engine: Engine;
    let phones: Phones;
    let one: string;
    let two: string;
    let told: EngineEvent[];

    beforeEach(async () => {
      world = await setup();
      ({ engine, phones } = world);
      [one, two] = world.agents;
      told = [];
      await engine.start((event) => told.push(event));
      await eventually(
        () => types(),
        (seen) => seen.includes('engine.up'),
      );
    });

    afterEach(async () => {
      await engine.stop();
      await world.close();
      keepsRuleOne(told);
    });

    const types = (legId?: string): string[] =>
      told.filter((event) => legId === undefined || ('legId' in event && event.legId === legId)).map(({ type }) => type);
    const happened = (type: string, legId?: string): Promise<EngineEvent> =>
      eventually(
        () => told.find((event) => event.type === type && (legId === undefined || ('legId' in event && event.legId === legId))),
        Boolean,
      ) as Promise<EngineEvent>;
    const hears = (address: string, ...expected: string[]): Promise<unknown> =>
      eventually(
        () => phones.hears(address),
        (heard) => JSON.stringify(heard) === JSON.stringify(expected),
      );
    const ended = (legId: string): Promise<EngineEvent> => happened('leg.ended', legId);

    /** A leg that rings at a device or a number. */
    async function rung(address: string, o: { timeoutMs?: number } = {}): Promise<string> {
      const legId = newId();
      const target = address.startsWith('+') ? { kind: 'number' as const, number: address } : { kind: 'device' as const, device: address };
      await engine.dial({ legId, callId: 'c1', target, shows: SHOWN, beside: [], timeoutMs: o.timeoutMs ?? 60_000 });
      await happened('leg.ringing', legId);
      return legId;
    }

    async function answered(address: string): Promise<string> {
      const legId = await rung(address);
      await phones.answer(address);
      await happened('leg.answered', legId);
      return legId;
    }

    async function called(): Promise<string> {
      const before = told.length;
      await phones.call(CALLER, LINE);
      return eventually(
        () => told.slice(before).find((event) => event.type === 'leg.incoming')?.legId ?? '',
        (legId) => legId !== '',
      );
    }

    async function bridgeOf(...legIds: string[]): Promise<string> {
      const bridgeId = `main-${newId()}`;
      await engine.createBridge({ bridgeId });
      for (const legId of legIds) await engine.join({ bridgeId, legId });
      for (const legId of legIds)
        await eventually(() => told.some((event) => event.type === 'leg.joined' && event.legId === legId && event.bridgeId === bridgeId));
      return bridgeId;
    }

    it('1 tells an incoming call with who calls whom, and its answer', async () => {
      const leg = await called();
      expect(await happened('leg.incoming', leg)).toMatchObject({ legId: expect.stringMatching(/^[\w-]{1,128}$/), from: CALLER, to: LINE });
      await engine.answer({ legId: leg });
      await happened('leg.answered', leg);
      await phones.hangup(CALLER);
      expect(await ended(leg)).toMatchObject({ reason: 'hangup', by: 'peer', answered: true });
    });

    it('1 lets a caller wait with ringback until they give up', async () => {
      const leg = await called();
      await engine.ringing({ legId: leg, on: true });
      await hears(CALLER, 'ringback');
      await phones.hangup(CALLER);
      expect(await ended(leg)).toMatchObject({ reason: 'cancelled', by: 'peer', answered: false });
    });

    it('1 rings a device, which answers, and lets it be hung up', async () => {
      const leg = await rung(one);
      await phones.answer(one);
      await happened('leg.answered', leg);
      await engine.hangup({ legId: leg, reason: 'hangup' });
      expect(await ended(leg)).toMatchObject({ reason: 'hangup', by: 'us', answered: true });
      expect(await phones.hears(one)).toBeNull();
      expect(types(leg)).toEqual(['leg.dialing', 'leg.ringing', 'leg.answered', 'leg.ended']);
    });

    it('1 picks a device up for its agent', async () => {
      const leg = await rung(one);
      await engine.answer({ legId: leg });
      await happened('leg.answered', leg);
    });

    it('1 leaves the phone of an outside party to its people', async () => {
      const leg = await rung(OUTSIDE);
      await engine.answer({ legId: leg });
      await phones.reject(OUTSIDE);
      expect(await ended(leg)).toMatchObject({ reason: 'rejected', answered: false });
    });

    it('1 closes what was joined before the end', async () => {
      const caller = await called();
      await engine.answer({ legId: caller });
      await happened('leg.answered', caller);
      await bridgeOf(caller);
      await phones.hangup(CALLER);
      await ended(caller);
      expect(types(caller).slice(-3)).toEqual(['leg.joined', 'leg.left', 'leg.ended']);
    });

    const refusals = [
      { how: 'reject', reason: 'rejected', by: 'peer' },
      { how: 'busy', reason: 'busy', by: 'peer' },
      { how: 'fail', reason: 'failed', by: 'peer' },
    ] as const;
    it.each(refusals)('1 tells why a phone was not answered: $how', async ({ how, reason, by }) => {
      const leg = await rung(one);
      await phones[how](one);
      expect(await ended(leg)).toMatchObject({ reason, by, answered: false });
    });

    it.each(['no_answer', 'answered_elsewhere', 'cancelled'] as const)(
      '1 ends a ringing leg with the reason that it is given: %s',
      async (reason) => {
        const leg = await rung(one);
        await engine.hangup({ legId: leg, reason });
        expect(await ended(leg)).toMatchObject({ reason, by: 'us', answered: false });
      },
    );

    it('1 never rings without limit', async () => {
      const leg = await rung(OUTSIDE, { timeoutMs: 200 });
      expect(await ended(leg)).toMatchObject({ reason: 'no_answer', by: 'engine', answered: false });
    });

    it('1 tells that a number does not exist', async () => {
      const legId = newId();
      await engine.dial({
        legId,
        callId: 'c1',
        target: { kind: 'number', number: 'nowhere' },
        shows: SHOWN,
        beside: [],
        timeoutMs: 60_000,
      });
      expect(await ended(legId)).toMatchObject({ reason: 'invalid_number', answered: false });
    });

    it('2 lets those in a bridge hear each other, and nobody else', async () => {
      const [a, b, c] = [await answered(one), await answered(two), await answered(OUTSIDE)];
      await bridgeOf(a, b);
      await hears(one, two);
      await hears(two, one);
      await hears(OUTSIDE);
      await engine.hangup({ legId: c, reason: 'hangup' });
    });

    it('2 plays music to who is held, and gives them back', async () => {
      const [a, b] = [await answered(one), await answered(two)];
      const bridgeId = await bridgeOf(a, b);
      await engine.leave({ legId: a });
      await engine.hold({ legId: b });
      await happened('leg.held', b);
      await hears(two, 'music');
      await hears(one);
      await engine.retrieve({ legId: b });
      await engine.join({ bridgeId, legId: a });
      await happened('leg.retrieved', b);
      await hears(two, one);
      await hears(one, two);
    });

    it('2 lets a leg that is up wait with ringback', async () => {
      const leg = await called();
      await engine.answer({ legId: leg });
      await happened('leg.answered', leg);
      await engine.ringing({ legId: leg, on: true });
      await hears(CALLER, 'ringback');
      await engine.ringing({ legId: leg, on: false });
      await hears(CALLER);
    });

    it('2 mutes and unmutes', async () => {
      const [a, b] = [await answered(one), await answered(two)];
      await bridgeOf(a, b);
      await engine.mute({ legId: a, on: true });
      await hears(two);
      await hears(one, two);
      await engine.mute({ legId: a, on: false });
      await hears(two, one);
    });

    it('2 shows what it is told to show', async () => {
      const leg = await rung(one);
      expect(await phones.display(one)).toBe(CALLER);
      await engine.identify({ legId: leg, shows: { number: '101', name: 'Alice' } });
      await eventually(
        () => phones.display(one),
        (shown) => shown === '101',
      );
    });

    it('2 passes keys on, in both directions', async () => {
      const leg = await answered(OUTSIDE);
      await engine.sendDtmf({ legId: leg, digits: '42#' });
      await eventually(
        () => phones.keys(OUTSIDE),
        (keys) => keys === '42#',
      );
      await phones.press(OUTSIDE, '1*');
      const digits = (): string => told.flatMap((event) => (event.type === 'leg.dtmf' ? [event.digit] : [])).join('');
      await eventually(digits, (pressed) => pressed === '1*');
    });

    it('2 plays sounds to a leg until they end, and to a bridge until it is stopped', async () => {
      const [a, b] = [await answered(one), await answered(two)];
      await engine.play({ playbackId: 'p1', on: { legId: a }, sounds: [GREETING] });
      await hears(one, 'greeting');
      expect(await happened('playback.started')).toMatchObject({ playbackId: 'p1', legId: a });
      expect(await happened('playback.finished')).toMatchObject({ playbackId: 'p1', legId: a, whole: true });
      await hears(one);
      const bridgeId = await bridgeOf(a, b);
      await engine.play({ playbackId: 'p2', on: { bridgeId }, sounds: [GREETING, GREETING] });
      await hears(one, two, 'greeting');
      await engine.stopPlay({ playbackId: 'p2' });
      await hears(one, two);
      await eventually(() => told.some((event) => event.type === 'playback.finished' && event.playbackId === 'p2' && !event.whole));
    });

    it('3 does what is repeated once', async () => {
      const leg = await rung(one);
      await engine.dial({ legId: leg, callId: 'c1', target: { kind: 'device', device: two }, shows: SHOWN, beside: [], timeoutMs: 60_000 });
      await engine.answer({ legId: leg });
      await engine.answer({ legId: leg });
      await happened('leg.answered', leg);
      const bridgeId = await bridgeOf(leg);
      await engine.createBridge({ bridgeId });
      await engine.join({ bridgeId, legId: leg });
      await engine.leave({ legId: leg });
      await engine.leave({ legId: leg });
      for (let i = 0; i < 2; i += 1) await engine.hold({ legId: leg });
      for (let i = 0; i < 2; i += 1) await engine.retrieve({ legId: leg });
      for (let i = 0; i < 2; i += 1) await engine.hangup({ legId: leg, reason: 'hangup' });
      await ended(leg);
      expect(types(leg)).toEqual([
        'leg.dialing',
        'leg.ringing',
        'leg.answered',
        'leg.joined',
        'leg.left',
        'leg.held',
        'leg.retrieved',
        'leg.ended',
      ]);
      expect(await phones.hears(two)).toBeNull();
    });

    it('3 does nothing, silently, to what is gone or never was', async () => {
      const gone = await answered(one);
      await phones.hangup(one);
      await ended(gone);
      const before = told.length;
      for (const legId of [gone, 'never']) {
        await engine.ringing({ legId, on: true });
        await engine.answer({ legId });
        await engine.hangup({ legId, reason: 'hangup' });
        await engine.hold({ legId });
        await engine.retrieve({ legId });
        await engine.identify({ legId, shows: SHOWN });
        await engine.label({ legId, callId: 'c2' });
        await engine.mute({ legId, on: true });
        await engine.sendDtmf({ legId, digits: '1' });
        await engine.join({ bridgeId: 'main-never', legId });
        await engine.leave({ legId });
        await engine.play({ playbackId: `on-${legId}`, on: { legId }, sounds: [GREETING] });
        await engine.record({ recordingId: `of-${legId}`, legId, maxSeconds: 5 });
      }
      await engine.recordBridge({ recordingId: 'of-bridge', bridgeId: 'main-never', maxSeconds: 5 });
      await engine.destroyBridge({ bridgeId: 'main-never' });
      await engine.stopPlay({ playbackId: 'never' });
      await engine.stopRecord({ recordingId: 'never' });
      await engine.deleteRecording({ recordingId: 'never' });
      expect(await engine.fetchRecording({ recordingId: 'never' })).toBeNull();
      const last = await rung(two);
      expect(told.slice(before).every((event) => ('legId' in event ? event.legId === last : event.type === 'phone.changed'))).toBe(true);
    });

    it('4 moves a leg from one bridge to another', async () => {
      const [a, b, c] = [await answered(one), await answered(two), await answered(OUTSIDE)];
      const first = await bridgeOf(a, b);
      const second = await bridgeOf(c, a);
      await hears(one, OUTSIDE);
      await hears(two);
      expect(told.flatMap((event) => ('bridgeId' in event && event.legId === a ? [[event.type, event.bridgeId]] : []))).toEqual([
        ['leg.joined', first],
        ['leg.left', first],
        ['leg.joined', second],
      ]);
    });

    it('4 empties a bridge that is destroyed', async () => {
      const leg = await answered(one);
      const bridgeId = await bridgeOf(leg);
      await engine.destroyBridge({ bridgeId });
      await happened('leg.left', leg);
      expect(await engine.snapshot()).toMatchObject({ bridges: [], legs: [{ legId: leg, bridgeId: null }] });
    });

    it('4 makes a bridge anew that legs were moved out of', async () => {
      const [a, b] = [await answered(one), await answered(two)];
      const bridgeId = await bridgeOf(a, b);
      for (let times = 0; times < 3; times += 1) {
        const other = await bridgeOf(a);
        await engine.destroyBridge({ bridgeId });
        await happened('leg.left', b);
        await engine.createBridge({ bridgeId });
        for (const legId of [a, b]) await engine.join({ bridgeId, legId });
        await engine.destroyBridge({ bridgeId: other });
        await hears(one, two);
      }
    });

    it('5 tells two answers of the same instant', async () => {
      const [a, b] = [await rung(one), await rung(two)];
      await Promise.all([phones.answer(one), phones.answer(two)]);
      await happened('leg.answered', a);
      await happened('leg.answered', b);
      await engine.hangup({ legId: b, reason: 'answered_elsewhere' });
      expect(await ended(b)).toMatchObject({ reason: 'answered_elsewhere', answered: true });
    });

    it.each(['phone', 'engine'])('5 ends a leg once when it answers while it is hung up, the %s first', async (first) => {
      const leg = await rung(one);
      const hangup = () => engine.hangup({ legId: leg, reason: 'cancelled' });
      const answer = () => phones.answer(one);
      await Promise.allSettled(first === 'phone' ? [answer(), hangup()] : [hangup(), answer()]);
      await ended(leg);
      expect(await phones.hears(one)).toBeNull();
    });

    it('6 refuses commands while it is away, and shows afterwards what happened meanwhile', async () => {
      const [a, b] = [await rung(one), await answered(two)];
      const bridgeId = await bridgeOf(b);
      await world.faults.cut();
      await happened('engine.down');
      expect(engine.connected).toBe(false);
      await expect(engine.hangup({ legId: a, reason: 'hangup' })).rejects.toBeInstanceOf(EngineGone);
      await expect(engine.snapshot()).rejects.toBeInstanceOf(EngineGone);
      const before = told.length;
      await phones.answer(one);
      await phones.hangup(two);
      await phones.call(CALLER, LINE);
      await world.faults.restore();
      const up = await eventually(() => told.slice(before).find(({ type }) => type === 'engine.up'), Boolean);
      expect(up).toMatchObject({ lost: false });
      const { legs, bridges } = await engine.snapshot();
      expect(bridges).toEqual([{ bridgeId }]);
      expect(legs).toContainEqual({ legId: a, incoming: null, state: 'up', bridgeId: null, held: false, callId: 'c1' });
      expect(legs).toContainEqual(expect.objectContaining({ incoming: { from: CALLER, to: LINE }, state: 'ringing' }));
      expect(legs).toHaveLength(2);
      expect(types(a)).toEqual(['leg.dialing', 'leg.ringing']);
    });

    it('6 begins a new life without any leg', async () => {
      const leg = await answered(one);
      const { epoch } = await engine.snapshot();
      await world.faults.restart();
      const up = await eventually(() => told.filter(({ type }) => type === 'engine.up').at(1), Boolean);
      expect(up).toMatchObject({ lost: true });
      expect(up?.epoch).not.toBe(epoch);
      expect(await engine.snapshot()).toMatchObject({ legs: [], bridges: [] });
      await engine.hangup({ legId: leg, reason: 'hangup' });
    });

    it('6 keeps in the snapshot what a leg carries', async () => {
      const leg = await answered(one);
      await engine.label({ legId: leg, callId: 'c2' });
      await engine.hold({ legId: leg });
      const snapshot = await engine.snapshot();
      expect(snapshot.legs).toEqual([{ legId: leg, incoming: null, state: 'up', bridgeId: null, held: true, callId: 'c2' }]);
      await happened('leg.held', leg);
      expect(snapshot.seq).toBeGreaterThanOrEqual(told.at(-1)?.seq ?? Infinity);
    });

    it('6 keeps in the snapshot what is played and recorded', async () => {
      const [a, b] = [await answered(one), await answered(two)];
      await engine.play({ playbackId: 'p1', on: { legId: a }, sounds: [GREETING] });
      await engine.record({ recordingId: 'r1', legId: b, maxSeconds: 60 });
      expect(await engine.snapshot()).toMatchObject({
        playbacks: [{ playbackId: 'p1', legId: a }],
        recordings: [{ recordingId: 'r1', legId: b }],
        kept: [],
      });
      await engine.stopPlay({ playbackId: 'p1' });
      await engine.stopRecord({ recordingId: 'r1' });
      const { seconds } = await recorded('r1');
      expect(await engine.snapshot()).toMatchObject({ playbacks: [], recordings: [], kept: [{ recordingId: 'r1', seconds }] });
    });

    const recorded = (recordingId: string): Promise<Extract<EngineEvent, { type: 'recording.finished' }>> =>
      eventually(() => told.find((event) => event.type === 'recording.finished' && event.recordingId === recordingId), Boolean) as never;
    const fetched = async (recordingId: string): Promise<Wav> => {
      const audio = await engine.fetchRecording({ recordingId });
      if (!audio) throw new Error(`there is no recording ${recordingId}`);
      return readWav(audio);
    };

    it('7 records what a leg says, after what it heard, until it hangs up', async () => {
      const leg = await called();
      await engine.answer({ legId: leg });
      await happened('leg.answered', leg);
      await engine.play({ playbackId: 'v1', on: { legId: leg }, sounds: [VOICEMAIL] });
      await happened('playback.finished', leg);
      await engine.record({ recordingId: 'v1', legId: leg, maxSeconds: 60 });
      await happened('recording.started', leg);
      await hears(CALLER, 'voicemail');
      await lasting(0.6);
      await phones.hangup(CALLER);
      const { seconds, full } = await recorded('v1');
      await ended(leg);
      expect(types(leg).slice(-2)).toEqual(['recording.finished', 'leg.ended']);
      expect({ full, long: seconds > 0.5 && seconds < 10 }).toEqual({ full: false, long: true });
      const file = await fetched('v1');
      expect(file.format).toEqual({ pcm: true, channels: 1, rate: 8_000, bits: 16 });
      expect(file.seconds).toBeCloseTo(seconds, 1);
      expect(file.share(phones.tone(CALLER))).toBeGreaterThan(0.5);
      expect(file.share(phones.tone(one))).toBeLessThan(0.1);
    });

    it('7 ends a recording at its limit, and when it is told to, once', async () => {
      const [a, b] = [await answered(one), await answered(two)];
      for (let i = 0; i < 2; i += 1) await engine.record({ recordingId: 'r1', legId: a, maxSeconds: 1 });
      await engine.record({ recordingId: 'r2', legId: b, maxSeconds: 60 });
      expect(await recorded('r1')).toMatchObject({ legId: a, full: true });
      for (let i = 0; i < 2; i += 1) await engine.stopRecord({ recordingId: 'r2' });
      expect(await recorded('r2')).toMatchObject({ legId: b, full: false });
      expect((await fetched('r1')).seconds).toBeCloseTo(1, 0);
      expect([types(a), types(b)].map((seen) => seen.filter((type) => type.startsWith('recording')))).toEqual([
        ['recording.started', 'recording.finished'],
        ['recording.started', 'recording.finished'],
      ]);
    });

    it('7 records all who are heard in a bridge, mixed, and nobody who is muted or held', async () => {
      const [a, b, c] = [await answered(one), await answered(two), await answered(OUTSIDE)];
      const bridgeId = await bridgeOf(a, b, c);
      await engine.mute({ legId: c, on: true });
      await engine.recordBridge({ recordingId: 'm1', bridgeId, maxSeconds: 60 });
      await lasting(0.5);
      expect(await engine.snapshot()).toMatchObject({ recordings: [{ recordingId: 'm1', legId: null }] });
      await engine.stopRecord({ recordingId: 'm1' });
      const { seconds, legId } = await recorded('m1');
      expect({ legId, long: seconds > 0.4 }).toEqual({ legId: null, long: true });
      const file = await fetched('m1');
      expect(file.format).toEqual({ pcm: true, channels: 1, rate: 8_000, bits: 16 });
      expect(file.seconds).toBeCloseTo(seconds, 1);
      expect([one, two].map((address) => file.share(phones.tone(address)) > 0.3)).toEqual([true, true]);
      expect(file.share(phones.tone(OUTSIDE))).toBeLessThan(0.1);
    });

    it('7 hears in a bridge who comes, and ends with the last one who goes', async () => {
      const [a, b] = [await answered(one), await answered(two)];
      const bridgeId = await bridgeOf(a);
      for (let i = 0; i < 2; i += 1) await engine.recordBridge({ recordingId: 'm1', bridgeId, maxSeconds: 60 });
      await lasting(0.5);
      await engine.join({ bridgeId, legId: b });
      await engine.leave({ legId: a });
      await lasting(0.5);
      await engine.leave({ legId: b });
      expect(await recorded('m1')).toMatchObject({ full: false });
      const file = await fetched('m1');
      for (const address of [one, two]) expect(file.share(phones.tone(address))).toBeGreaterThan(0.15);
      await engine.recordBridge({ recordingId: 'm2', bridgeId, maxSeconds: 60 });
      expect((await engine.snapshot()).recordings).toEqual([]);
      expect(told.filter(({ type }) => type.startsWith('recording'))).toHaveLength(2);
    });

    it('7 keeps a recording over a lost connection and a new life, until it is deleted', async () => {
      const leg = await answered(one);
      await engine.record({ recordingId: 'r1', legId: leg, maxSeconds: 60 });
      await happened('recording.started', leg);
      await engine.stopRecord({ recordingId: 'r1' });
      await recorded('r1');
      await world.faults.cut();
      await expect(engine.fetchRecording({ recordingId: 'r1' })).rejects.toBeInstanceOf(EngineGone);
      const ups = (count: number): Promise<unknown> => eventually(() => told.filter(({ type }) => type === 'engine.up').length === count);
      await world.faults.restore();
      await ups(2);
      await world.faults.restart();
      await ups(3);
      expect((await engine.snapshot()).kept).toMatchObject([{ recordingId: 'r1' }]);
      await fetched('r1');
      for (let i = 0; i < 2; i += 1) await engine.deleteRecording({ recordingId: 'r1' });
      expect(await engine.fetchRecording({ recordingId: 'r1' })).toBeNull();
      expect((await engine.snapshot()).kept).toEqual([]);
    });

    it('8 tells what a phone does as that changes, and shows it in the snapshot', async () => {
      const did = (): string[] => told.flatMap((event) => (event.type === 'phone.changed' && event.phone === one ? [event.state] : []));
      const shown = async (): Promise<string | undefined> => (await engine.snapshot()).phones.find(({ phone }) => phone === one)?.state;
      const does = async (state: string): Promise<void> => {
        await eventually(() => did().at(-1) === state);
        expect(await shown()).toBe(state);
      };
      expect(await shown()).toBe('idle');
      const leg = await rung(one);
      await does('ringing');
      await phones.answer(one);
      await happened('leg.answered', leg);
      await does('busy');
      await phones.hangup(one);
      await does('idle');
      await phones.plug(one, false);
      await does('unreachable');
      const unreachable = newId();
      await engine.dial({
        legId: unreachable,
        callId: 'c1',
        target: { kind: 'device', device: one },
        shows: SHOWN,
        beside: [],
        timeoutMs: 60_000,
      });
      expect(await ended(unreachable)).toMatchObject({ reason: 'unreachable', by: 'engine', answered: false });
      await phones.plug(one, true);
      await does('idle');
      expect(did()).toEqual(['ringing', 'busy', 'idle', 'unreachable', 'idle']);
    });

    it('8 shows what a phone did while the engine was away', async () => {
      await rung(two);
      await world.faults.cut();
      await happened('engine.down');
      await phones.plug(one, false);
      await world.faults.restore();
      await eventually(() => told.filter(({ type }) => type === 'engine.up').length === 2);
      const { phones: shown } = await engine.snapshot();
      expect(shown.toSorted((a, b) => (a.phone < b.phone ? -1 : 1))).toEqual([
        { phone: one, state: 'unreachable' },
        { phone: two, state: 'ringing' },
      ]);
      await phones.plug(one, true);
    });

    const keyed = (legId: string): unknown[] =>
      told.flatMap((event) => (event.type === 'leg.key' && event.legId === legId ? [event.key] : []));

    it('9 tells of a phone’s own hold key, and of the call being taken back', async () => {
      const [leg, other] = [await answered(one), await answered(two)];
      await bridgeOf(leg, other);
      await phones.hold(one, true);
      await eventually(() => keyed(leg).length === 1);
      await phones.hold(one, false);
      await eventually(() => keyed(leg).length === 2);
      expect(keyed(leg)).toEqual([{ is: 'hold' }, { is: 'resume' }]);
      await hears(two, one);
      expect(types(leg)).not.toContain('leg.held');
    });

    it('9 tells of a phone’s own transfer key, and the phone what came of it', async () => {
      const [leg, other] = [await answered(one), await answered(two)];
      await bridgeOf(leg, other);
      await phones.transfer(one, '103');
      if (!world.asksToTransfer) {
        expect([await phones.transferred(one), keyed(leg)]).toEqual(['declined', []]);
        await hears(two, one);
        return;
      }
      await eventually(() => keyed(leg).length === 1);
      expect(await phones.transferred(one)).toBeNull();
      await engine.answerTransfer({ legId: leg, accepted: false });
      await eventually(async () => (await phones.transferred(one)) === 'declined');
      await hears(one, two);
      await hears(two, one);
      await phones.transfer(one, '+33145678901');
      await eventually(() => keyed(leg).length === 2);
      await engine.answerTransfer({ legId: leg, accepted: true });
      await eventually(async () => (await phones.transferred(one)) === 'accepted');
      expect(keyed(leg)).toEqual([
        { is: 'transfer', to: '103' },
        { is: 'transfer', to: '+33145678901' },
      ]);
      expect(types(leg)).not.toContain('leg.ended');
      await engine.answerTransfer({ legId: newId(), accepted: true });
    });
  });
}

/** So much time has passed: what is recorded meanwhile is what is looked at. */
const lasting = (seconds: number): Promise<unknown> => {
  const since = performance.now();
  return eventually(
    () => performance.now() - since,
    (ms) => ms >= seconds * 1_000,
  );
};

/** Rule 1 over everything that was told, whatever the test was about. */
function keepsRuleOne(told: readonly EngineEvent[]): void {
  const legs = new Set(told.flatMap((event) => ('legId' in event && event.legId !== null ? [event.legId] : [])));
  for (const legId of legs) {
    const types = told.flatMap((event) => ('legId' in event && event.legId === legId ? [event.type] : []));
    const count = (type: string): number => types.filter((t) => t === type).length;
    expect({ legId, types, ends: count('leg.ended') }).toMatchObject({ ends: types.includes('leg.ended') ? 1 : 0 });
    if (types.includes('leg.ended')) expect(types.at(-1)).toBe('leg.ended');
    expect(count('leg.answered')).toBeLessThanOrEqual(1);
    if (types.includes('leg.ended')) expect(count('leg.joined')).toBe(count('leg.left'));
  }
  const seqs = told.map(({ seq }) => seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
}
