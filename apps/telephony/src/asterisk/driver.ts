import type { LegEndReason, PhoneKey } from '@cordboard/contracts';
import { log } from '@cordboard/platform-process';
import { join } from 'node:path/posix';
import {
  EngineGone,
  type Bridge,
  type Dial,
  type Engine,
  type EngineEvent,
  type EngineNotice,
  type Hold,
  type Leg,
  type Play,
  type RecordBridge,
  type Recording,
  type RecordLeg,
  type Shown,
  type Snapshot,
  type Sound,
} from '../engine/port.ts';
import type { OwnMessages } from '../messages/own-messages.ts';
import { Ari, AriRefusal, type AriAccess } from './ari/client.ts';
import type { AriEvent, Channel, ChannelDestroyed, ChannelTransfer } from './ari/description.ts';
import { EventSocket } from './ari/socket.ts';
import { bridgeIdOf, Bridges, isOurBridge } from './bridges.ts';
import { byLeg, channelOf, endOf, incomingOf, isOurs, legIdOf, Legs, type AsteriskLeg } from './legs.ts';
import { pickUp } from './manager.ts';
import { Phones } from './phones.ts';
import { Playbacks } from './playbacks.ts';
import { hangupWord } from './reasons.ts';
import { Recordings } from './recordings.ts';

/** How to reach an Asterisk, and what it is set up with. */
export interface AsteriskOptions extends AriAccess {
  /** The PJSIP endpoint that outside numbers are dialled through. Devices are endpoints by their agents' ids. */
  readonly trunk: string;
  /** Where on the engine's machine a sound lies under the name of each announcement. */
  readonly sounds: string;
  /** Languages that have a directory of their own there, called `in-<language>`. */
  readonly languages?: readonly string[];
  /** Numbers' own messages; without it all Numbers say what is usual. */
  readonly messages?: OwnMessages;
}

const APP = 'cordboard';
/** A class of `musiconhold.conf`. */
const USUAL_MUSIC = 'default';
/** After how long it is told again that a sound is to end, in ms: the engine makes 20 ms of it at a time. */
const OUT_OF_STEP = [27, 71];

/**
 * The port over an Asterisk, through ARI. What must outlive this process stands on the engine's channels, as variables that begin
 * with `CORDBOARD_`: so another process of ours takes over what it finds.
 */
export class Asterisk implements Engine {
  readonly name = 'asterisk';
  private readonly ari: Ari;
  private readonly socket: EventSocket;
  private readonly legs = new Legs((notice) => this.tell(notice));
  private readonly bridges = new Bridges();
  private readonly playbacks: Playbacks;
  private readonly recordings: Recordings;
  private readonly phones: Phones;
  /** Classes of music that were there when the engine last read its configuration, besides the usual one. */
  private readonly musicClasses = new Set<string>();
  private listener: ((event: EngineEvent) => void) | undefined;
  private up = false;
  /** Events that come while the driver looks at an engine that came back; undefined: they are taken at once. */
  private meanwhile: AriEvent[] | undefined = [];
  private seq = 0;
  private epoch = '';

  constructor(private readonly o: AsteriskOptions) {
    this.ari = new Ari(o);
    this.playbacks = new Playbacks(this.ari, (notice) => this.tell(notice));
    this.recordings = new Recordings(this.ari, (notice) => this.tell(notice));
    this.phones = new Phones(o.trunk, (notice) => this.tell(notice));
    this.socket = new EventSocket(o, {
      probe: () => this.ari.api.events.userEvent({ eventName: 'probe', application: APP }),
      isTaken: () => this.isTaken(),
      open: () => void this.cameBack(),
      event: (event) => (this.meanwhile ? void this.meanwhile.push(event) : this.hear(event)),
      closed: () => this.wentAway(),
    });
  }

  get connected(): boolean {
    return this.up;
  }

  /** Engines of before 22 go on listing an application whose socket is closed: there is nothing to wait for. */
  private async isTaken(): Promise<boolean> {
    const { api } = this.ari;
    if (!(await api.applications.list({})).some(({ name }) => name === APP)) return false;
    const { system } = await api.asterisk.getInfo({ only: 'system' });
    return Number(system?.version?.split('.')[0] ?? 22) >= 22;
  }

  async start(listener: (event: EngineEvent) => void): Promise<void> {
    this.listener = listener;
    this.socket.connect();
  }

  async stop(): Promise<void> {
    this.socket.close();
    this.wentAway();
    this.listener = undefined;
  }

  async dial(c: Dial): Promise<void> {
    const api = this.reach();
    if (this.legs.has(c.legId)) return;
    const leg = this.legs.add(c.legId, null);
    const endpoints = c.target.kind === 'device' ? this.phones.toRing(c.target.device) : [`${c.target.number}@${this.o.trunk}`];
    const variables = { CORDBOARD_CALL: c.callId, 'CONNECTEDLINE(num,i)': c.shows.number, 'CONNECTEDLINE(name)': c.shows.name };
    for (const [nth, endpoint] of endpoints.entries()) {
      const channelId = channelOf(c.legId, nth);
      leg.waitsFor.add(channelId);
      const made = { endpoint: `PJSIP/${endpoint}`, app: APP, appArgs: 'dialled', channelId, variables };
      try {
        const { name } = await api.channels.create(made);
        if (leg.channel === '') [leg.channelId, leg.channel] = [channelId, name];
        else leg.others.set(channelId, name);
      } catch (error) {
        if (!(error instanceof AriRefusal)) {
          this.legs.delete(c.legId);
          throw error;
        }
        if (error.status === 409) return; // a former process of ours was quicker
        leg.waitsFor.delete(channelId);
      }
    }
    this.legs.here(leg, 'made');
    this.tell({ type: 'leg.dialing', legId: leg.id });
    if (leg.channel === '') return this.legs.ended(leg, 'unreachable', 'engine');
    const seconds = Math.ceil(c.timeoutMs / 1_000);
    await leg.ours;
    this.reach();
    if (leg.asked !== null || !this.legs.has(leg.id)) return;
    leg.deadline = Date.now() + seconds * 1_000;
    await Promise.all([leg.channelId, ...leg.others.keys()].map((channelId) => done(api.channels.dial({ channelId, timeout: seconds }))));
  }

  async ringing({ legId, on }: Leg & { on: boolean }): Promise<void> {
    await this.to(legId, async ({ channels }, leg) => {
      const { channelId } = leg;
      if (!on) return this.silence(leg, () => channels.ringStop({ channelId }));
      leg.sounds += 1;
      await channels.ring({ channelId });
    });
  }

  async answer({ legId }: Leg): Promise<void> {
    await this.to(legId, async ({ channels }, leg) => {
      if (leg.state === 'up') return;
      if (leg.incoming) await channels.answer({ channelId: leg.channelId });
      else if (!leg.channel.startsWith(`PJSIP/${this.o.trunk}-`))
        await Promise.all([leg.channel, ...leg.others.values()].map((channel) => pickUp(this.o, channel)));
    });
  }

  async hangup({ legId, reason }: Parameters<Engine['hangup']>[0]): Promise<void> {
    this.reach();
    const leg = this.legs.get(legId);
    if (!leg) return;
    leg.asked ??= reason;
    await this.letGo([leg.channelId, ...leg.others.keys()], reason);
  }

  private async letGo(channelIds: readonly string[], reason: LegEndReason): Promise<void> {
    const { channels } = this.reach();
    await Promise.all(channelIds.map((channelId) => done(channels.hangup({ channelId, reason: hangupWord(reason) }))));
  }

  async hold({ legId, music }: Hold): Promise<void> {
    const mohClass = await this.musicClassOf(music);
    await this.to(legId, async ({ channels }, leg) => {
      if (leg.state !== 'up' || leg.held) return;
      const { channelId } = leg;
      await channels.setChannelVar({ channelId, variable: 'CORDBOARD_HELD', value: '1' });
      await channels.mute({ channelId, direction: 'in' });
      leg.sounds += 1;
      await channels.startMoh({ channelId, mohClass });
      this.legs.held(leg, true);
    });
  }

  /** The engine reads its music anew for a class that it does not know yet; one that it knows plays on. */
  private async musicClassOf(music: Hold['music']): Promise<string> {
    const found = music && (await this.o.messages?.findMusic(music));
    if (!found) return USUAL_MUSIC;
    if (this.musicClasses.has(found)) return found;
    await this.reach().asterisk.reloadModule({ moduleName: 'res_musiconhold.so' });
    this.musicClasses.add(found);
    return found;
  }

  async retrieve({ legId }: Leg): Promise<void> {
    await this.to(legId, async ({ channels }, leg) => {
      if (!leg.held) return;
      const { channelId } = leg;
      await this.silence(leg, () => channels.stopMoh({ channelId }));
      if (!leg.muted) await channels.unmute({ channelId, direction: 'in' });
      await channels.setChannelVar({ channelId, variable: 'CORDBOARD_HELD', value: '' });
      this.legs.held(leg, false);
    });
  }

  /** Ends what the engine plays to a leg by itself: it is told so again, since it can miss the word (decision 0081). */
  private async silence(leg: AsteriskLeg, stop: () => Promise<unknown>): Promise<void> {
    const sound = (leg.sounds += 1);
    await stop();
    for (const ms of OUT_OF_STEP)
      setTimeout(() => {
        if (!this.up || leg.sounds !== sound || this.legs.get(leg.id) !== leg) return;
        done(stop()).catch((error: unknown) => log.warn({ err: error, leg: leg.id }, 'a leg may hear what was to end'));
      }, ms);
  }

  async identify({ legId, shows }: Leg & { shows: Shown }): Promise<void> {
    await this.to(legId, async ({ channels }, { channelId }) => {
      await channels.setChannelVar({ channelId, variable: 'CONNECTEDLINE(name,i)', value: shows.name });
      await channels.setChannelVar({ channelId, variable: 'CONNECTEDLINE(num)', value: shows.number });
    });
  }

  async label({ legId, callId }: Leg & { callId: string }): Promise<void> {
    await this.to(legId, ({ channels }, { channelId }) => channels.setChannelVar({ channelId, variable: 'CORDBOARD_CALL', value: callId }));
  }

  async mute({ legId, on }: Leg & { on: boolean }): Promise<void> {
    await this.to(legId, async ({ channels }, leg) => {
      leg.muted = on;
      const whom = { channelId: leg.channelId, direction: 'in' };
      if (!leg.held) await (on ? channels.mute(whom) : channels.unmute(whom));
    });
  }

  async sendDtmf({ legId, digits }: Leg & { digits: string }): Promise<void> {
    await this.to(legId, ({ channels }, { channelId }) => channels.sendDTMF({ channelId, dtmf: digits }));
  }

  async answerTransfer({ legId, accepted }: Leg & { accepted: boolean }): Promise<void> {
    await this.to(legId, ({ channels }, { channelId }) =>
      channels.transfer_progress({ channelId, states: accepted ? 'channel_answered' : 'channel_declined' }),
    );
  }

  async createBridge({ bridgeId }: Bridge): Promise<void> {
    const { bridges } = this.reach();
    await this.bridges.create(bridgeId, (id, name) => bridges.createWithId({ bridgeId: id, type: 'mixing', name }));
  }

  async join({ bridgeId, legId }: Bridge & Leg): Promise<void> {
    await this.to(legId, async ({ bridges }, leg) => {
      if (leg.bridgeId === bridgeId) return;
      const where = { bridgeId: this.bridges.engineId(bridgeId), inhibitConnectedLineUpdates: true };
      await bridges.addChannel({ ...where, channel: leg.channelId });
    });
  }

  async leave({ legId }: Leg): Promise<void> {
    await this.to(legId, async ({ bridges }, { bridgeId, channelId }) => {
      if (bridgeId !== null) await bridges.removeChannel({ bridgeId: this.bridges.engineId(bridgeId), channel: channelId });
    });
  }

  async destroyBridge({ bridgeId }: Bridge): Promise<void> {
    const engineId = this.bridges.engineId(bridgeId);
    await done(this.reach().bridges.destroy({ bridgeId: engineId }));
    this.bridges.destroyed(engineId);
  }

  async play({ playbackId, on, sounds }: Play): Promise<void> {
    const { bridges, channels } = this.reach();
    const media = (await Promise.all(sounds.map((sound) => this.mediaOf(sound)))).join(',');
    if ('bridgeId' in on) {
      const bridgeId = this.bridges.engineId(on.bridgeId);
      return this.playbacks.start(playbackId, null, () => done(bridges.playWithId({ bridgeId, playbackId, media })));
    }
    const { legId } = on;
    await this.to(legId, async (_, { channelId }) => {
      await channels.setChannelVar({ channelId, variable: 'CORDBOARD_PLAYS', value: playbackId });
      await this.playbacks.start(playbackId, legId, () => done(channels.playWithId({ channelId, playbackId, media })));
    });
  }

  private async mediaOf(sound: Sound): Promise<string> {
    const { messages, languages = [], sounds } = this.o;
    const own = await messages?.find(sound);
    const language = sound.language?.split('-')[0] ?? '';
    // not a directory that is called like a language: the engine would look there by itself, whatever it is told
    return `sound:${own?.path ?? join(sounds, languages.includes(language) ? `in-${language}` : '', sound.name)}`;
  }

  async stopPlay({ playbackId }: { playbackId: string }): Promise<void> {
    const { playbacks } = this.reach();
    await this.playbacks.stop(playbackId, () => done(playbacks.stop({ playbackId })));
  }

  async record({ recordingId: name, legId, maxSeconds }: RecordLeg): Promise<void> {
    await this.to(legId, async ({ channels }, leg) => {
      if (leg.state !== 'up' || leg.bridgeId !== null) return;
      const { channelId } = leg;
      await this.takeOut(leg);
      await this.recordings.start(name, { legId, maxSeconds }, async () => {
        // a recording that has its own beep cannot be stopped during it; the engine does these one after the other
        await channels.playWithId({ channelId, playbackId: `beep-${name}`, media: 'sound:beep' });
        return done(channels.record({ channelId, ...recordingOf(name, maxSeconds) }));
      });
    });
  }

  /** A dialled leg that answers lies in a bridge of the engine's own, and records nothing there until it has been in another. */
  private async takeOut(leg: AsteriskLeg): Promise<void> {
    if (leg.incoming !== null || leg.isOut) return;
    leg.isOut = true;
    const { bridges } = this.reach();
    const bridgeId = `out-${leg.id}`;
    await bridges.createWithId({ bridgeId, type: 'mixing', name: 'passage' });
    await bridges.addChannel({ bridgeId, channel: leg.channelId, inhibitConnectedLineUpdates: true });
    await bridges.removeChannel({ bridgeId, channel: leg.channelId });
    await done(bridges.destroy({ bridgeId }));
  }

  async recordBridge({ recordingId: name, bridgeId: ourId, maxSeconds }: RecordBridge): Promise<void> {
    const { bridges } = this.reach();
    const bridgeId = this.bridges.engineId(ourId);
    await this.recordings.start(name, { legId: null, maxSeconds }, () =>
      done(
        bridges.get({ bridgeId }).then(async ({ channels }) => {
          if (channels.length === 0) throw new AriRefusal(404, 'nobody is there', bridgeId);
          await bridges.record({ bridgeId, ...recordingOf(name, maxSeconds) });
        }),
      ),
    );
  }

  async stopRecord({ recordingId }: Recording): Promise<void> {
    this.reach();
    await this.recordings.stop(recordingId);
  }

  async fetchRecording(c: Recording): Promise<AsyncIterable<Uint8Array> | null> {
    this.reach();
    return this.recordings.audio(c);
  }

  async deleteRecording({ recordingId }: Recording): Promise<void> {
    await done(this.reach().recordings.deleteStored({ recordingName: recordingId }));
  }

  async snapshot(): Promise<Snapshot> {
    const { seq, epoch } = this;
    const { bridges, legs } = await this.look();
    const kept = await this.recordings.kept();
    const bridgeOf = places(bridges);
    return {
      epoch,
      seq,
      legs: byLeg(legs).map(({ channel }) => ({
        legId: legIdOf(channel.id),
        incoming: incomingOf(channel),
        state: channel.state === 'Up' ? 'up' : 'ringing',
        bridgeId: bridgeOf.get(channel.id) ?? null,
        held: channel.channelvars?.['CORDBOARD_HELD'] === '1',
        callId: channel.channelvars?.['CORDBOARD_CALL'] || null,
      })),
      bridges: bridges.filter(isOurBridge).map(({ id }) => ({ bridgeId: bridgeIdOf(id) })),
      playbacks: this.playbacks.all,
      recordings: this.recordings.running,
      kept,
      phones: this.phones.all,
      mayBeElsewhere: () => false,
    };
  }

  private async look() {
    const { channels, bridges } = this.reach();
    const [legs, rooms] = await Promise.all([channels.list({}), bridges.list({})]);
    return { legs: legs.filter((channel) => isOurs(channel) && channel.state !== 'Down'), bridges: rooms };
  }

  /** The socket is open: first the engine is looked at, then its events are taken. */
  private async cameBack(): Promise<void> {
    this.meanwhile = [];
    const { api } = this.ari;
    try {
      const epoch = (await api.asterisk.getInfo({ only: 'status' })).status?.startup_time ?? '';
      const lost = this.epoch !== '' && this.epoch !== epoch;
      const [channels, bridges, endpoints] = await Promise.all([
        api.channels.list({}),
        api.bridges.list({}),
        api.endpoints.listByTech({ tech: 'PJSIP' }),
      ]);
      const ours = channels.filter(isOurs);
      await Promise.all(ours.filter(({ state }) => state === 'Down').map(({ id }) => done(api.channels.hangup({ channelId: id }))));
      this.bridges.replace(bridges);
      this.legs.replace(
        ours.filter(({ state }) => state !== 'Down'),
        places(bridges),
      );
      this.phones.replace(endpoints, channels);
      await this.playbacks.replace(ours);
      await this.recordings.replace();
      this.epoch = epoch;
      this.up = true;
      this.tell({ type: 'engine.up', lost });
      const events = this.meanwhile;
      this.meanwhile = undefined;
      for (const event of events) this.hear(event);
    } catch (error) {
      if (!(error instanceof EngineGone)) log.error({ err: error }, 'the call engine cannot be looked at');
      this.socket.reconnect();
    }
  }

  private wentAway(): void {
    this.meanwhile = [];
    if (!this.up) return;
    this.tell({ type: 'engine.down' });
    this.up = false;
    this.legs.release();
  }

  private hear(event: AriEvent): void {
    switch (event.type) {
      case 'StasisStart':
        return this.handed(event.channel, event.args);
      case 'Dial':
        return this.of(event.peer, (leg) => event.dialstatus === 'RINGING' && this.legs.rings(leg));
      case 'ChannelStateChange':
        this.of(event.channel, (leg) => event.channel.state === 'Up' && this.takes(leg, event.channel));
        return this.phones.inCall(event.channel);
      case 'ChannelEnteredBridge':
        return this.of(event.channel, (leg) => isOurBridge(event.bridge) && this.legs.joined(leg, bridgeIdOf(event.bridge.id)));
      case 'ChannelLeftBridge':
        return this.of(event.channel, (leg) => this.legs.left(leg, bridgeIdOf(event.bridge.id)));
      case 'BridgeDestroyed':
        return this.bridges.destroyed(event.bridge.id);
      case 'ChannelDtmfReceived':
        return this.of(event.channel, ({ id }) => this.tell({ type: 'leg.dtmf', legId: id, digit: event.digit }));
      case 'ChannelHold':
        return this.of(event.channel, (leg) => this.keyed(leg, { is: 'hold' }));
      case 'ChannelUnhold':
        return this.of(event.channel, (leg) => this.keyed(leg, { is: 'resume' }));
      case 'ChannelTransfer':
        return this.of(event.referred_by.source_channel, (leg) => this.asksToTransfer(leg, event));
      case 'ChannelDestroyed':
        this.of(event.channel, (leg) => this.isDone(leg, event));
        return this.phones.over(event.channel);
      case 'PlaybackStarted':
        return this.playbacks.started(event.playback);
      case 'PlaybackFinished':
        return this.playbacks.finished(event.playback);
      case 'RecordingStarted':
        return this.recordings.started(event.recording);
      case 'RecordingFinished':
      case 'RecordingFailed':
        return this.recordings.finished(event.recording);
      case 'PeerStatusChange':
        return this.phones.seen(event.endpoint);
      case 'ApplicationReplaced':
      case 'ChannelUserevent':
        return;
    }
  }

  private of(channel: Channel | undefined, act: (leg: AsteriskLeg) => unknown): void {
    const leg = channel && this.legs.get(legIdOf(channel.id));
    if (leg) act(leg);
  }

  private keyed(leg: AsteriskLeg, key: PhoneKey): void {
    if (leg.incoming === null) this.tell({ type: 'leg.key', legId: leg.id, key });
  }

  /** The engine tells of its own answers to a phone's request, too: those have a state. */
  private asksToTransfer(leg: AsteriskLeg, { state, refer_to }: ChannelTransfer): void {
    if (state) return;
    const { destination: to, protocol_id: other } = refer_to.requested_destination;
    if (to && !other) return this.keyed(leg, { is: 'transfer', to });
    log.info({ leg: leg.id }, 'a phone asked to join two calls of its own: declined');
    this.answerTransfer({ legId: leg.id, accepted: false }).catch((error: unknown) =>
      log.warn({ err: error }, 'a phone could not be answered'),
    );
  }

  /** The engine hands a channel over: somebody calls, or a leg that is to be dialled is ready. */
  private handed(channel: Channel, [kind, to = '']: readonly string[]): void {
    const id = legIdOf(channel.id);
    const isNew = kind === 'inbound' && !this.legs.has(id);
    const leg = isNew ? this.legs.add(channel.id, { from: channel.caller.number, to }) : this.legs.get(id);
    if (!leg) return;
    if (leg.incoming) {
      leg.channel = channel.name;
      this.tell({ type: 'leg.incoming', legId: leg.id, ...leg.incoming });
    }
    this.legs.here(leg, channel.id);
  }

  /** One phone of those that ring answers: the others stop. */
  private takes(leg: AsteriskLeg, channel: Channel): void {
    this.letGo(this.legs.answeredBy(leg, channel), 'answered_elsewhere').catch((error: unknown) =>
      log.warn({ err: error }, 'a phone that another one was quicker than may ring on'),
    );
  }

  /** Who turns a call down at one phone turns it down at all; any other end of one that rings leaves it to the others. */
  private isDone(leg: AsteriskLeg, event: ChannelDestroyed): void {
    this.legs.here(leg, event.channel.id);
    const end = endOf(leg, event);
    const others = [...leg.others.keys()].filter((id) => id !== event.channel.id);
    const isTurnedDown = leg.state !== 'up' && (end.reason === 'rejected' || end.reason === 'busy');
    if (!this.legs.isOver(leg, event.channel.id) && !isTurnedDown) return;
    if (leg.state !== 'up' && others.length > 0)
      this.letGo(others, end.reason).catch((error: unknown) => log.warn({ err: error }, 'another phone of the agent may ring on'));
    void this.ends(leg, end);
  }

  private async ends(leg: AsteriskLeg, end: ReturnType<typeof endOf>): Promise<void> {
    this.legs.left(leg);
    this.playbacks.ended(leg.id);
    this.legs.delete(leg.id);
    await this.recordings.ended(leg.id);
    this.legs.ended(leg, end.reason, end.by);
  }

  private tell(notice: EngineNotice): void {
    if (this.up) this.listener?.({ ...notice, epoch: this.epoch, seq: ++this.seq });
  }

  /** Commands a live leg, once it is ours; nothing is done to any other. */
  private async to(legId: string, act: (api: Ari['api'], leg: AsteriskLeg) => Promise<unknown>): Promise<void> {
    this.reach();
    const leg = this.legs.get(legId);
    if (!leg) return;
    await leg.ours;
    const api = this.reach();
    if (this.legs.has(legId)) await done(act(api, leg));
  }

  /** @throws EngineGone while the connection is lost */
  private reach(): Ari['api'] {
    if (!this.up) throw new EngineGone();
    return this.ari.api;
  }
}

/** @returns whether the engine did it; false: what it is about is gone */
const done = (asked: Promise<unknown>): Promise<boolean> =>
  asked.then(
    () => true,
    (error: unknown) => {
      if (error instanceof AriRefusal && error.isGone) return false;
      throw error;
    },
  );

/** The engine's own limit is a net under ours: it counts whole seconds. */
const recordingOf = (name: string, maxSeconds: number) => ({ name, format: 'wav', maxDurationSeconds: maxSeconds + 2, ifExists: 'fail' });

/** The bridge of each channel that is in one. */
const places = (bridges: readonly { readonly id: string; readonly channels: readonly string[] }[]): ReadonlyMap<string, string> =>
  new Map(bridges.flatMap(({ id, channels }) => channels.map((channel) => [channel, bridgeIdOf(id)])));
