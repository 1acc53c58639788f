import type { PhoneState } from '@cordboard/contracts';
import {
  EngineGone,
  type Bridge,
  type Dial,
  type Engine,
  type EngineEvent,
  type EngineNotice,
  type Hold,
  type Leg,
  type PhoneStanding,
  type Play,
  type RecordBridge,
  type Recording,
  type RecordLeg,
  type Shown,
  type Snapshot,
} from './port.ts';

/** What a phone that is at several engines does: whatever is more than the others. */
const STATES: readonly PhoneState[] = ['unreachable', 'idle', 'ringing', 'busy'];

/**
 * Several engines as one. A call stays on the engine that it came to, and whoever is rung for it is rung there; one that begins here goes
 * where its phone is. While one is away, the others' calls go on, and of its own nothing is said: they are neither gone nor commanded.
 */
export class SideBySide implements Engine {
  readonly name: string;
  /** The engine of each leg, bridge, playback and recording that was seen. */
  private readonly homes = new Map<string, Engine>();
  /** Each engine's life. */
  private readonly epochs = new Map<Engine, string>();
  private readonly phones = new Map<Engine, Map<string, PhoneState>>();
  private listener: ((event: EngineEvent) => void) | undefined;
  private seq = 0;

  constructor(private readonly engines: readonly Engine[]) {
    this.name = engines.map(({ name }) => name).join('+');
  }

  /** One of them is there. */
  get connected(): boolean {
    return this.engines.some(({ connected }) => connected);
  }

  async start(listener: (event: EngineEvent) => void): Promise<void> {
    this.listener = listener;
    for (const engine of this.engines) await engine.start((event) => this.hear(engine, event));
  }

  async stop(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.stop()));
    this.listener = undefined;
  }

  /** Where the legs are that it is to talk with; otherwise where the phone is, or wherever there is an engine. */
  async dial(c: Dial): Promise<void> {
    const home = this.homes.get(c.legId) ?? c.beside.map((legId) => this.homes.get(legId)).find((engine) => engine !== undefined);
    const engine = home ?? this.atPhone(c.target) ?? this.engines.find(({ connected }) => connected);
    if (!engine) throw new EngineGone();
    this.homes.set(c.legId, engine);
    await engine.dial(c);
  }

  async ringing(c: Leg & { on: boolean }): Promise<void> {
    await this.at(c.legId)?.ringing(c);
  }

  async answer(c: Leg): Promise<void> {
    await this.at(c.legId)?.answer(c);
  }

  async hangup(c: Parameters<Engine['hangup']>[0]): Promise<void> {
    await this.at(c.legId)?.hangup(c);
  }

  async hold(c: Hold): Promise<void> {
    await this.at(c.legId)?.hold(c);
  }

  async retrieve(c: Leg): Promise<void> {
    await this.at(c.legId)?.retrieve(c);
  }

  async identify(c: Leg & { shows: Shown }): Promise<void> {
    await this.at(c.legId)?.identify(c);
  }

  async label(c: Leg & { callId: string }): Promise<void> {
    await this.at(c.legId)?.label(c);
  }

  async mute(c: Leg & { on: boolean }): Promise<void> {
    await this.at(c.legId)?.mute(c);
  }

  async sendDtmf(c: Leg & { digits: string }): Promise<void> {
    await this.at(c.legId)?.sendDtmf(c);
  }

  async answerTransfer(c: Leg & { accepted: boolean }): Promise<void> {
    await this.at(c.legId)?.answerTransfer(c);
  }

  /** Made where the first leg comes from: before that nothing can happen in it. */
  async createBridge(c: Bridge): Promise<void> {
    if (!this.connected) throw new EngineGone();
    await this.homes.get(c.bridgeId)?.createBridge(c);
  }

  async join(c: Bridge & Leg): Promise<void> {
    const engine = this.at(c.legId);
    if (!engine) return;
    const home = this.homes.get(c.bridgeId);
    if (home && home !== engine) throw new Error(`leg ${c.legId} is at another engine than those whom it is to talk with`);
    if (!home) {
      await engine.createBridge(c);
      this.homes.set(c.bridgeId, engine);
    }
    await engine.join(c);
  }

  async leave(c: Leg): Promise<void> {
    await this.at(c.legId)?.leave(c);
  }

  async destroyBridge(c: Bridge): Promise<void> {
    await this.at(c.bridgeId)?.destroyBridge(c);
    this.homes.delete(c.bridgeId);
  }

  async play(c: Play): Promise<void> {
    const engine = this.at('legId' in c.on ? c.on.legId : c.on.bridgeId);
    if (engine) this.homes.set(c.playbackId, engine);
    await engine?.play(c);
  }

  async stopPlay(c: { readonly playbackId: string }): Promise<void> {
    await this.at(c.playbackId)?.stopPlay(c);
  }

  async record(c: RecordLeg): Promise<void> {
    const engine = this.at(c.legId);
    if (engine) this.homes.set(c.recordingId, engine);
    await engine?.record(c);
  }

  async recordBridge(c: RecordBridge): Promise<void> {
    const engine = this.at(c.bridgeId);
    if (engine) this.homes.set(c.recordingId, engine);
    await engine?.recordBridge(c);
  }

  async stopRecord(c: Recording): Promise<void> {
    await this.at(c.recordingId)?.stopRecord(c);
  }

  /** @throws EngineGone for one that is nowhere while an engine is away: it may be there */
  async fetchRecording(c: Recording): Promise<AsyncIterable<Uint8Array> | null> {
    for (const engine of this.keepersOf(c)) {
      const audio = await engine.fetchRecording(c);
      if (audio) return audio;
    }
    return null;
  }

  async deleteRecording(c: Recording): Promise<void> {
    for (const engine of this.keepersOf(c)) await engine.deleteRecording(c);
    this.homes.delete(c.recordingId);
  }

  async snapshot(): Promise<Snapshot> {
    await new Promise(setImmediate); // what was told before it was asked is numbered here by then
    const { seq } = this;
    const looked = await Promise.all(
      this.engines.map(async (engine) => {
        const picture = await engine.snapshot().catch((error: unknown) => {
          if (error instanceof EngineGone) return undefined;
          throw error;
        });
        return picture ? [{ engine, picture }] : [];
      }),
    );
    const seen = looked.flat();
    if (seen.length === 0) throw new EngineGone();
    for (const { engine, picture } of seen) this.settle(engine, picture);
    const isSeen = new Set(seen.map(({ engine }) => engine));
    const pictures = seen.map(({ picture }) => picture);
    return {
      epoch: this.epoch,
      seq,
      legs: pictures.flatMap(({ legs }) => legs),
      bridges: pictures.flatMap(({ bridges }) => bridges),
      playbacks: pictures.flatMap(({ playbacks }) => playbacks),
      recordings: pictures.flatMap(({ recordings }) => recordings),
      kept: pictures.flatMap(({ kept }) => kept),
      phones: this.allPhones(),
      mayBeElsewhere: (id) => {
        const home = this.homes.get(id);
        return home ? !isSeen.has(home) : isSeen.size < this.engines.length;
      },
    };
  }

  /** What an engine shows is at home there. */
  private settle(engine: Engine, { legs, bridges, playbacks, recordings, kept, phones }: Snapshot): void {
    for (const { legId } of legs) this.homes.set(legId, engine);
    for (const { bridgeId } of bridges) this.homes.set(bridgeId, engine);
    for (const { playbackId } of playbacks) this.homes.set(playbackId, engine);
    for (const { recordingId } of [...recordings, ...kept]) this.homes.set(recordingId, engine);
    this.phones.set(engine, new Map(phones.map(({ phone, state }) => [phone, state])));
  }

  private hear(engine: Engine, { epoch, seq: _, ...notice }: EngineEvent): void {
    this.epochs.set(engine, epoch);
    switch (notice.type) {
      case 'engine.down':
        return this.connectedBut(engine) ? undefined : this.tell(notice);
      case 'phone.changed':
        return this.phoneChanged(engine, notice);
      case 'leg.incoming':
      case 'leg.dialing':
        this.homes.set(notice.legId, engine);
        return this.tell(notice);
      case 'leg.ended':
        this.homes.delete(notice.legId);
        return this.tell(notice);
      case 'engine.up':
      case 'leg.ringing':
      case 'leg.answered':
      case 'leg.joined':
      case 'leg.left':
      case 'leg.held':
      case 'leg.retrieved':
      case 'leg.dtmf':
      case 'leg.key':
      case 'playback.started':
      case 'recording.started':
      case 'recording.finished':
        return this.tell(notice);
      case 'playback.finished':
        this.homes.delete(notice.playbackId);
        return this.tell(notice);
    }
  }

  /** An engine tells that it goes away while it is still there. */
  private connectedBut(gone: Engine): boolean {
    return this.engines.some((engine) => engine !== gone && engine.connected);
  }

  private phoneChanged(engine: Engine, { phone, state }: PhoneStanding): void {
    const before = this.stateOf(phone);
    const known = this.phones.get(engine) ?? new Map<string, PhoneState>();
    this.phones.set(engine, known.set(phone, state));
    const now = this.stateOf(phone);
    if (now !== before) this.tell({ type: 'phone.changed', phone, state: now });
  }

  private allPhones(): readonly PhoneStanding[] {
    const names = new Set([...this.phones.values()].flatMap((known) => [...known.keys()]));
    return [...names].map((phone) => ({ phone, state: this.stateOf(phone) }));
  }

  private stateOf(phone: string): PhoneState {
    const states = [...this.phones.values()].map((known) => STATES.indexOf(known.get(phone) ?? 'unreachable'));
    return STATES[Math.max(0, ...states)] ?? 'unreachable';
  }

  private atPhone(target: Dial['target']): Engine | undefined {
    if (target.kind !== 'device') return undefined;
    const isTheirs = (phone: string): boolean => phone === target.device || phone.startsWith(`${target.device}.`);
    return this.engines.find(
      (engine) =>
        engine.connected && [...(this.phones.get(engine) ?? [])].some(([phone, state]) => isTheirs(phone) && state !== 'unreachable'),
    );
  }

  /** Whose engine it is; undefined: it is gone, or never was. @throws EngineGone where it may be on one that is away */
  private at(id: string): Engine | undefined {
    const home = this.homes.get(id);
    if (!home && this.engines.some(({ connected }) => !connected)) throw new EngineGone();
    return home;
  }

  private keepersOf({ recordingId }: Recording): readonly Engine[] {
    const home = this.at(recordingId);
    return home ? [home] : this.engines;
  }

  private get epoch(): string {
    return this.engines.map((engine) => this.epochs.get(engine) ?? '').join('+');
  }

  private tell(notice: EngineNotice): void {
    this.listener?.({ ...notice, epoch: this.epoch, seq: ++this.seq });
  }
}
