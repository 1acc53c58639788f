import type { LegEndReason, PhoneKey, SoundFile } from '@cordboard/contracts';
import { newId } from '@cordboard/platform-process';
import type {
  Bridge,
  Dial,
  Hold,
  EngineNotice,
  Leg,
  LegEnded,
  PhoneStanding,
  Play,
  RecordBridge,
  RecordLeg,
  Shown,
  Snapshot,
  Sound,
} from '../engine/port.ts';
import { hears, messageHeard, type Ear } from './hearing.ts';
import { Playbacks } from './playbacks.ts';
import { Recordings } from './recordings.ts';

/** One party's connection to the simulated engine; it is there from the moment it rings until it ends. */
export interface NetworkLeg extends Ear {
  /** An agent's id, or a number. */
  readonly address: string;
  readonly agent: boolean;
  readonly incoming: { readonly from: string; readonly to: string } | null;
  state: 'RINGING' | 'UP';
  bridgeId: string | null;
  held: boolean;
  ringback: boolean;
  muted: boolean;
  voicemail: Sound | null;
  music: SoundFile | null;
  callId: string | null;
  shows: Shown | null;
  /** The keys that were sent to its device. */
  keys: string;
  /** What became of the transfer that its phone's key asked for. */
  transfer: 'asked' | 'accepted' | 'declined' | null;
  limit: NodeJS.Timeout | undefined;
}

/** What can be dialled: E.164, or a short number of few digits. */
const DIALLED = /^(\+[1-9]\d{4,14}|\d{2,6})$/;

/**
 * The legs and bridges of an engine that is made of nothing: what phones do and what the engine is told to do, both on the same
 * state. All changes are immediate and told in the order in which they happened.
 */
export class Network {
  private readonly live = new Map<string, NetworkLeg>();
  private readonly bridges = new Set<string>();
  /** Phones that were plugged in, whether they are still, and what was told of each. Agents without one are rung in their apps. */
  private readonly phones = new Map<string, PhoneStanding & { readonly isPluggedIn: boolean }>();
  private readonly playbacks: Playbacks;
  readonly recordings: Recordings;
  /** Which life of the engine this is. */
  epoch = newId();

  /** `onRing` hears of every phone of this network that rings. */
  constructor(
    private readonly tell: (notice: EngineNotice) => void,
    private readonly onRing: (leg: NetworkLeg) => void,
  ) {
    this.playbacks = new Playbacks(tell);
    this.recordings = new Recordings(tell);
  }

  get legs(): readonly NetworkLeg[] {
    return [...this.live.values()];
  }

  get rooms(): readonly Bridge[] {
    return [...this.bridges].map((bridgeId) => ({ bridgeId }));
  }

  get sounding(): Snapshot['playbacks'] {
    return this.playbacks.all;
  }

  get plugged(): readonly PhoneStanding[] {
    return [...this.phones.values()].map(({ phone, state }) => ({ phone, state }));
  }

  /** Plugs the phone of an agent in, or out: then it cannot be rung, and its calls go on. */
  plug(phone: string, isPluggedIn: boolean): void {
    this.phones.set(phone, { state: 'unreachable', ...this.phones.get(phone), phone, isPluggedIn });
    this.look(phone);
  }

  /** What a phone does follows from its calls. */
  private look(phone: string): void {
    const known = this.phones.get(phone);
    if (!known) return;
    const states = this.legs.filter(({ agent, address }) => agent && address === phone).map(({ state }) => state);
    const inCalls = states.includes('UP') ? 'busy' : states.length > 0 ? 'ringing' : 'idle';
    const state = known.isPluggedIn ? inCalls : 'unreachable';
    if (state === known.state) return;
    this.phones.set(phone, { ...known, state });
    this.tell({ type: 'phone.changed', phone, state });
  }

  leg(id: string): NetworkLeg | undefined {
    return this.live.get(id);
  }

  heardBy(leg: NetworkLeg): readonly string[] {
    return hears(leg, this.live.values(), (on) => this.playbacks.playing(on));
  }

  messageHeardBy(leg: NetworkLeg): ReturnType<typeof messageHeard> {
    return messageHeard(leg, this.heardBy(leg), (on) => this.playbacks.playing(on));
  }

  /** An outside party calls a number. Whether it leads anywhere is not the network's affair. */
  call(from: string, to: string): NetworkLeg {
    const leg = this.add({ id: newId(), address: from, agent: false, incoming: { from, to }, callId: null, shows: null });
    this.tell({ type: 'leg.incoming', legId: leg.id, from, to });
    return leg;
  }

  dial(c: Dial): void {
    if (this.live.has(c.legId)) return;
    const device = c.target.kind === 'device';
    const address = c.target.kind === 'device' ? c.target.device : c.target.number;
    const leg = this.add({ id: c.legId, address, agent: device, incoming: null, callId: c.callId, shows: c.shows });
    this.tell({ type: 'leg.dialing', legId: leg.id });
    if (!device && !DIALLED.test(address)) return this.end(leg, 'invalid_number', 'engine');
    if (device && this.phones.get(address)?.isPluggedIn === false) return this.end(leg, 'unreachable', 'engine');
    leg.limit = setTimeout(() => this.end(leg, 'no_answer', 'engine'), c.timeoutMs);
    this.tell({ type: 'leg.ringing', legId: leg.id });
    this.look(address);
    this.onRing(leg);
  }

  answer({ legId }: Leg): void {
    const leg = this.live.get(legId);
    if (leg?.state !== 'RINGING') return;
    clearTimeout(leg.limit);
    leg.state = 'UP';
    leg.ringback = false;
    this.tell({ type: 'leg.answered', legId });
    this.look(leg.address);
  }

  /** The one way in which a leg ends. */
  end(leg: NetworkLeg, reason: LegEndReason, by: LegEnded['by']): void {
    clearTimeout(leg.limit);
    this.playbacks.silence(leg.id);
    this.recordings.end(leg.id);
    this.leave({ legId: leg.id });
    this.live.delete(leg.id);
    this.tell({ type: 'leg.ended', legId: leg.id, reason, by, answered: leg.state === 'UP' });
    this.look(leg.address);
  }

  /** The party presses keys. */
  press(leg: NetworkLeg, digits: string): void {
    for (const digit of digits) this.tell({ type: 'leg.dtmf', legId: leg.id, digit });
  }

  /** The party presses the hold key of their phone, or the transfer key and whom it is to go to. */
  pressKey(leg: NetworkLeg, key: PhoneKey): void {
    if (key.is === 'transfer') leg.transfer = 'asked';
    this.tell({ type: 'leg.key', legId: leg.id, key });
  }

  hold({ legId, music }: Hold): void {
    const leg = this.live.get(legId);
    if (leg?.state !== 'UP' || leg.held) return;
    leg.held = true;
    leg.music = music ?? null;
    this.heardIn(leg.bridgeId);
    this.tell({ type: 'leg.held', legId });
  }

  retrieve({ legId }: Leg): void {
    const leg = this.live.get(legId);
    if (!leg?.held) return;
    leg.held = false;
    this.heardIn(leg.bridgeId);
    this.tell({ type: 'leg.retrieved', legId });
  }

  createBridge({ bridgeId }: Bridge): void {
    this.bridges.add(bridgeId);
  }

  join({ bridgeId, legId }: Bridge & Leg): void {
    const leg = this.live.get(legId);
    if (!leg || !this.bridges.has(bridgeId) || leg.bridgeId === bridgeId) return;
    this.leave({ legId });
    leg.voicemail = null;
    leg.bridgeId = bridgeId;
    this.heardIn(bridgeId);
    this.tell({ type: 'leg.joined', legId, bridgeId });
  }

  leave({ legId }: Leg): void {
    const leg = this.live.get(legId);
    if (!leg || leg.bridgeId === null) return;
    const { bridgeId } = leg;
    leg.bridgeId = null;
    this.heardIn(bridgeId);
    if (this.legs.every((other) => other.bridgeId !== bridgeId)) this.recordings.end(bridgeId);
    this.tell({ type: 'leg.left', legId, bridgeId });
  }

  mute({ legId, on }: Leg & { on: boolean }): void {
    const leg = this.live.get(legId);
    if (!leg) return;
    leg.muted = on;
    this.heardIn(leg.bridgeId);
  }

  destroyBridge({ bridgeId }: Bridge): void {
    for (const leg of this.legs) if (leg.bridgeId === bridgeId) this.leave({ legId: leg.id });
    this.playbacks.silence(bridgeId);
    this.recordings.end(bridgeId);
    this.bridges.delete(bridgeId);
  }

  play(c: Play): void {
    const leg = 'legId' in c.on ? this.live.get(c.on.legId) : undefined;
    if (leg) leg.voicemail = c.sounds.find(({ name }) => name === 'voicemail') ?? null;
    if (leg || ('bridgeId' in c.on && this.bridges.has(c.on.bridgeId))) this.playbacks.start(c);
  }

  stopPlay(playbackId: string): void {
    this.leaveVoicemail(this.sounding.find((playback) => playback.playbackId === playbackId)?.legId);
    this.playbacks.stop(playbackId);
  }

  record(c: RecordLeg): void {
    const leg = this.live.get(c.legId);
    if (leg?.state === 'UP' && leg.bridgeId === null) this.recordings.start(c, { legId: c.legId, on: c.legId, heard: [leg.address] });
  }

  /** What an empty bridge would record is over before it begins. */
  recordBridge(c: RecordBridge): void {
    const isThere = this.bridges.has(c.bridgeId) && this.legs.some((leg) => leg.bridgeId === c.bridgeId);
    if (isThere) this.recordings.start(c, { legId: null, on: c.bridgeId, heard: this.speakers(c.bridgeId) });
  }

  private heardIn(bridgeId: string | null): void {
    if (bridgeId !== null) this.recordings.heard(bridgeId, this.speakers(bridgeId));
  }

  /** Addresses of those who are heard in a bridge. */
  private speakers(bridgeId: string): string[] {
    return this.legs
      .filter((leg) => leg.bridgeId === bridgeId && leg.state === 'UP' && !leg.held && !leg.muted)
      .map(({ address }) => address);
  }

  stopRecord(recordingId: string): void {
    this.leaveVoicemail(this.recordings.running.find((recording) => recording.recordingId === recordingId)?.legId);
    this.recordings.finish(recordingId);
  }

  private leaveVoicemail(legId: string | null | undefined): void {
    const leg = this.live.get(legId ?? '');
    if (leg) leg.voicemail = null;
  }

  /** The engine dies with all its legs and begins a new life. */
  restart(): void {
    for (const leg of this.legs) this.end(leg, 'lost', 'engine');
    for (const { bridgeId } of this.rooms) this.destroyBridge({ bridgeId });
    this.epoch = newId();
  }

  private add(leg: Pick<NetworkLeg, 'id' | 'address' | 'agent' | 'incoming' | 'callId' | 'shows'>): NetworkLeg {
    const added: NetworkLeg = {
      ...leg,
      caller: leg.incoming !== null,
      state: 'RINGING',
      bridgeId: null,
      held: false,
      ringback: false,
      muted: false,
      voicemail: null,
      music: null,
      keys: '',
      transfer: null,
      limit: undefined,
    };
    this.live.set(leg.id, added);
    return added;
  }
}
