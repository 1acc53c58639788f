import type { PhoneKey } from '@cordboard/contracts';
import { log, newId } from '@cordboard/platform-process';
import {
  EngineGone,
  type BridgeRecordingEvent,
  type Engine,
  type EngineEvent,
  type LegEvent,
  type PhoneChanged,
  type Snapshot,
  type Stamp,
} from '../engine/port.ts';
import type { PhoneKeys } from '../keys/keys.handler.ts';
import type { Phones } from '../phones/phones.handler.ts';
import type { Recorder } from '../recordings/recorder.ts';
import type { Want } from '../recordings/segment.ts';
import { Announcements, messageIn } from './announcements.ts';
import { Board } from './board.ts';
import type { Facts } from './facts.handler.ts';
import { factsOf } from './facts.messages.ts';
import { isSound } from './hearing.ts';
import { after, conversationOf, missed, newLeg, roomOf, type BoardLeg, type LegOwner } from './leg.ts';
import type { LegStore } from './legs.store.ts';
import { perform } from './perform.ts';
import { Reconciler } from './reconciler.ts';
import { besideEachOther, steps, type Step } from './steps.ts';
import type { KnownWiring, WiringStore } from './wirings.store.ts';

/** What is told of legs, of what is recorded in bridges, and of phones. */
type Heard = LegEvent | BridgeRecordingEvent | PhoneChanged;

/**
 * Makes the engine agree with routing's wirings, and tells the engine's facts. Both sides are compared as they are, never as a
 * script of steps: a repeated, late or lost message, a restart of ours or a loss of the engine all come to the same picture.
 */
export class Switchboard {
  private readonly board = new Board();
  private readonly wirings = new Map<string, KnownWiring>();
  private readonly owners = new Map<string, LegOwner>();
  private readonly announcements = new Announcements();
  private readonly reconciler = new Reconciler((conversationId) => this.agree(conversationId));
  /** What the engine tells while it is being compared with the board; undefined: nothing is in between. */
  private meanwhile: (Stamp & Heard)[] | undefined = [];
  private comparing = 0;

  constructor(
    private readonly engine: Engine,
    private readonly facts: Facts,
    private readonly store: {
      readonly legs: LegStore;
      readonly wirings: WiringStore;
      readonly recorder: Recorder;
      readonly phones: Phones;
      readonly keys: PhoneKeys;
    },
    private readonly account: string,
  ) {}

  /** The engine is there, and the board shows it as it is. */
  get inStep(): boolean {
    return this.engine.connected && this.meanwhile === undefined;
  }

  async start(): Promise<void> {
    for (const leg of await this.store.legs.known()) this.board.put(leg);
    for (const known of await this.store.wirings.live()) this.remember(known);
    await this.store.recorder.start();
    await this.engine.start((event) => this.hear(event));
  }

  /** The engine's calls live on; nothing more is asked of it. */
  async stop(): Promise<void> {
    await this.reconciler.stop();
    await this.engine.stop();
    await this.store.phones.stop();
    await this.facts.stop();
  }

  /** Routing has decided anew. */
  follow(known: KnownWiring): void {
    const { conversationId } = known.wiring;
    if ((this.wirings.get(conversationId)?.seq ?? 0) > known.seq) return;
    this.remember(known);
    this.reconciler.touch(conversationId);
  }

  /** Recording has decided anew. */
  record(want: Want): void {
    this.store.recorder.follow(want);
    this.reconciler.touch(want.conversationId);
  }

  private remember(known: KnownWiring): void {
    const { account, wiring } = known;
    const { conversationId } = wiring;
    this.wirings.set(conversationId, known);
    for (const { legId, agentId, address } of wiring.legs) this.owners.set(legId, { account, conversationId, agentId, address });
    this.announcements.remember(wiring);
  }

  private hear(event: EngineEvent): void {
    switch (event.type) {
      case 'engine.up':
        return void this.compare();
      case 'engine.down':
        this.meanwhile = [];
        return log.warn({ engine: this.engine.name }, 'the call engine is away');
      case 'playback.started':
      case 'playback.finished':
        return event.legId === null ? undefined : this.arrive(event);
      case 'phone.changed':
      case 'recording.started':
      case 'recording.finished':
      case 'leg.incoming':
      case 'leg.dialing':
      case 'leg.ringing':
      case 'leg.answered':
      case 'leg.joined':
      case 'leg.left':
      case 'leg.held':
      case 'leg.retrieved':
      case 'leg.dtmf':
      case 'leg.key':
      case 'leg.ended':
        return this.arrive(event);
    }
  }

  private arrive(event: Stamp & Heard): void {
    if (this.meanwhile) this.meanwhile.push(event);
    else this.heard(event);
  }

  private heard(event: Heard): void {
    if (event.type === 'phone.changed') return this.store.phones.hear(event);
    if (event.type === 'leg.key') return this.pressed(event.legId, event.key);
    if (event.legId !== null) return this.note(event);
    const conversationId = this.store.recorder.hear(event);
    if (conversationId !== undefined) this.reconciler.touch(conversationId);
  }

  /** Puts an event on the board and tells what is new in it. */
  private note(event: LegEvent): void {
    const known = this.board.leg(event.legId);
    if (isSound(event) && !known) return;
    const leg = known ?? this.welcome(event);
    if (!leg && event.type !== 'leg.ended') this.clear('leg', event.legId, this.engine.hangup({ legId: event.legId, reason: 'hangup' }));
    if (!leg) return;
    const before = this.announcements.expected(leg, event);
    const now = after(before, event);
    if (now === known) return;
    this.board.put(now);
    const { conversationId } = now;
    const wanted = this.wirings.get(conversationId)?.wiring.legs.find(({ legId }) => legId === now.legId);
    this.facts.tell(now, factsOf(event, before, now), messageIn(event, before, wanted, new Date()));
    if (this.wirings.has(conversationId)) this.reconciler.touch(conversationId);
    else if (this.board.isQuiet(conversationId)) this.board.forget(conversationId);
  }

  private pressed(legId: string, key: PhoneKey): void {
    const leg = this.board.leg(legId);
    if (leg) void this.store.keys.pressed(leg, key);
  }

  private welcome(event: LegEvent): BoardLeg | undefined {
    const { legId } = event;
    if (event.type === 'leg.incoming')
      return newLeg({ legId, account: this.account, conversationId: newId(), agentId: null, address: event.from }, 'ringing');
    const owner = this.owners.get(legId);
    return owner && newLeg({ legId, ...owner }, 'dialing');
  }

  /** Nobody knows it: it was left over by a conversation that is over. */
  private clear(what: 'leg' | 'bridge' | 'sound', id: string, cleared: Promise<void>): void {
    cleared.catch((error: unknown) => log.warn({ err: error, id }, `a ${what} that nobody knows is still there`));
  }

  /** After the engine came: what happened unseen is told like anything else, and only then are wirings looked at again. */
  private async compare(): Promise<void> {
    this.meanwhile = [];
    const turn = ++this.comparing;
    const snapshot = await this.look().catch((error: unknown) => {
      if (!(error instanceof EngineGone)) this.reconciler.later(() => void (turn === this.comparing && this.compare()), error);
      return undefined;
    });
    if (!snapshot || turn !== this.comparing) return;
    this.catchUp(snapshot);
    const events = this.meanwhile;
    this.meanwhile = undefined;
    for (const event of events) if (event.seq > snapshot.seq) this.heard(event);
    for (const conversationId of this.wirings.keys()) this.reconciler.touch(conversationId);
  }

  private async look(): Promise<Snapshot & { readonly hadPhones: readonly string[] }> {
    const hadPhones = await this.store.phones.known();
    return { ...(await this.engine.snapshot()), hadPhones };
  }

  private catchUp(snapshot: Snapshot & { readonly hadPhones: readonly string[] }): void {
    const { legs, bridges } = snapshot;
    this.store.phones.catchUp(snapshot.phones, snapshot.hadPhones);
    this.store.recorder.catchUp(snapshot);
    const present = new Map(legs.map((leg) => [leg.legId, leg]));
    for (const leg of this.board.live()) {
      if (snapshot.mayBeElsewhere(leg.legId)) continue;
      const now = present.get(leg.legId);
      for (const event of [...(now ? [] : this.announcements.left(leg, snapshot)), ...missed(leg, now)]) this.note(event);
    }
    for (const leg of legs.filter(({ legId }) => !this.board.leg(legId))) {
      const { legId, incoming } = leg;
      this.note(incoming ? { type: 'leg.incoming', legId, ...incoming } : { type: 'leg.dialing', legId });
      const known = this.board.leg(legId);
      if (known) for (const event of missed(known, leg)) this.note(event);
    }
    for (const leg of this.board.live()) {
      if (snapshot.mayBeElsewhere(leg.legId)) continue;
      const sounds = this.announcements.missed(leg, snapshot);
      if (sounds === 'lost') this.board.lost(leg);
      else for (const event of sounds) this.note(event);
    }
    for (const { playbackId, legId } of snapshot.playbacks)
      if (legId !== null && this.board.leg(legId)?.hearing?.id !== playbackId)
        this.clear('sound', playbackId, this.engine.stopPlay({ playbackId }));
    this.board.reset();
    for (const { bridgeId } of bridges) {
      const [room, conversationId] = [roomOf(bridgeId), conversationOf(bridgeId)];
      if (room && this.wirings.has(conversationId)) this.board.of(conversationId).rooms.add(room);
      else this.clear('bridge', bridgeId, this.engine.destroyBridge({ bridgeId }));
    }
  }

  /** Takes the engine as far towards the wiring as it can go now. @throws the last failure, after all other steps were taken */
  private async agree(conversationId: string): Promise<void> {
    const known = this.wirings.get(conversationId);
    if (!this.inStep) return;
    if (!known) return this.store.recorder.settle(conversationId);
    this.endUndialled(known);
    this.endUnheard(known);
    const { legs, rooms } = this.board.of(conversationId);
    if (!(await reached(this.store.recorder.before(known, legs)))) return;
    let failure: unknown;
    for (const together of besideEachOther(steps(known.wiring, legs, rooms))) {
      if (this.wirings.get(conversationId) !== known || !this.inStep) return;
      for (const taken of await Promise.allSettled(together.map((step) => this.take(step, conversationId))))
        if (taken.status === 'rejected') {
          if (taken.reason instanceof EngineGone) return;
          failure = taken.reason;
        }
    }
    if (failure) throw failure;
    if (!(await reached(this.store.recorder.after(known, legs)))) return;
    if (known.wiring.legs.length === 0 && this.board.isQuiet(conversationId)) await this.close(known);
  }

  private async take(step: Step, conversationId: string): Promise<void> {
    await perform(this.engine, step);
    const legId = 'legId' in step.with ? step.with.legId : 'on' in step.with && 'legId' in step.with.on ? step.with.on.legId : '';
    this.board.accepted(step, conversationId, { owner: this.owners.get(legId), announcement: this.announcements.of(legId) });
  }

  /** A leg that was taken back before it was ever dialled has ended like any other: routing waits for its end. */
  private endUndialled({ account, wiring: { conversationId, ended } }: KnownWiring): void {
    for (const { legId, reason } of ended) {
      if (this.board.leg(legId)) continue;
      if (!this.owners.has(legId)) this.owners.set(legId, { account, conversationId, agentId: null, address: '' });
      this.note({ type: 'leg.ended', legId, reason, by: 'us', answered: false });
    }
  }

  /** An announcement that is no longer wanted, and that the engine has nothing of to stop, is over like any other. */
  private endUnheard({ wiring: { conversationId, legs } }: KnownWiring): void {
    for (const { legId, hearing } of this.board.of(conversationId).legs.values()) {
      if (hearing?.stage !== 'lost' && hearing?.stage !== 'played') continue;
      const isWanted = legs.some((one) => one.legId === legId && one.want.as === 'hearing' && one.want.announcement.id === hearing.id);
      if (!isWanted) this.note({ type: 'playback.finished', legId, playbackId: hearing.id, whole: false });
    }
  }

  private async close(known: KnownWiring): Promise<void> {
    const { conversationId } = known.wiring;
    await this.store.wirings.close(known);
    if (this.wirings.get(conversationId) !== known) return;
    this.wirings.delete(conversationId);
    for (const [legId, owner] of this.owners)
      if (owner.conversationId === conversationId) {
        this.owners.delete(legId);
        this.announcements.forget(legId);
      }
    this.board.forget(conversationId);
  }
}

/** @returns false where the engine is away: it will be compared when it comes. @throws any other failure */
const reached = (done: Promise<void>): Promise<boolean> =>
  done.then(
    () => true,
    (error: unknown) => {
      if (error instanceof EngineGone) return false;
      throw error;
    },
  );
