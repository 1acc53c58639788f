import { ROOMS, type Room } from '@cordboard/contracts';
import { newId } from '@cordboard/platform-process';
import { EngineGone, type BridgeRecordingEvent, type Engine, type Snapshot } from '../engine/port.ts';
import { bridgeOf, type BoardLeg } from '../switchboard/leg.ts';
import type { KnownWiring } from '../switchboard/wirings.store.ts';
import { callOf, goesOn, toRecord, type Running, type Want } from './segment.ts';
import type { Segments } from './segment.handler.ts';
import type { WantStore } from './want.store.ts';

/** A segment is this long at the most, in seconds: the next one goes on where it ends. */
const LIMIT = 4 * 3_600;

type Legs = ReadonlyMap<string, BoardLeg>;

/**
 * Makes the engine record what is wanted, as the switchboard makes it connect: by comparing, never by steps. Each room has one
 * segment at a time, of the same people from its first second to its last; who comes or goes, a pause and a resumption begin another.
 */
export class Recorder {
  private readonly wants = new Map<string, Want>();
  private readonly running = new Map<string, Running>();
  /** Wants of which others know that the engine agrees. */
  private readonly agreed = new WeakSet<Want>();

  constructor(
    private readonly engine: Engine,
    private readonly segments: Segments,
    private readonly store: WantStore,
  ) {}

  /** Takes up what a former process left. */
  async start(): Promise<void> {
    for (const want of await this.store.open()) this.wants.set(want.conversationId, want);
    for (const segment of await this.segments.open()) this.running.set(segment.id, { ...segment, stage: 'running' });
  }

  /** Recording has decided anew. */
  follow(want: Want): void {
    if ((this.wants.get(want.conversationId)?.seq ?? 0) < want.seq) this.wants.set(want.conversationId, want);
  }

  /** Ends what cannot go on, before anybody is moved. */
  async before({ wiring }: KnownWiring, legs: Legs): Promise<void> {
    const want = this.wants.get(wiring.conversationId);
    for (const segment of this.of(wiring.conversationId)) {
      if (segment.stage === 'stopping') continue;
      if (goesOn(segment, want, wiring, legs)) await this.carry(segment, callOf(segment, wiring));
      else await this.end(segment);
    }
  }

  /** Begins what is wanted and can be heard, and tells once all of it is so. */
  async after({ account, wiring }: KnownWiring, legs: Legs): Promise<void> {
    const { conversationId } = wiring;
    const want = this.wants.get(conversationId);
    for (const room of ROOMS) {
      if (this.of(conversationId).some((segment) => segment.room === room)) continue;
      const found = toRecord(room, want, wiring, legs);
      if (found) await this.begin({ account, conversationId, room, ...found });
    }
    await this.settle(conversationId);
  }

  /** Nothing is wired: there is nobody to record. */
  async settle(conversationId: string): Promise<void> {
    const want = this.wants.get(conversationId);
    if (!want || this.agreed.has(want) || this.of(conversationId).some(({ stage }) => stage !== 'running')) return;
    await this.store.settle(want);
    this.agreed.add(want);
    if (want.want === 'OFF' && this.wants.get(conversationId) === want) this.wants.delete(conversationId);
  }

  /** @returns the conversation that it is about, for it to be looked at again */
  hear(event: BridgeRecordingEvent): string | undefined {
    const segment = this.running.get(event.recordingId);
    if (!segment) return undefined;
    if (event.type === 'recording.finished') this.over(segment, event.seconds);
    else if (segment.stage === 'starting') this.running.set(segment.id, { ...segment, stage: 'running' });
    return segment.conversationId;
  }

  /** After the engine came: what happened unseen. */
  catchUp({ recordings, kept, mayBeElsewhere }: Snapshot): void {
    for (const segment of this.running.values()) {
      if (mayBeElsewhere(segment.id)) continue;
      const isLive = recordings.some(({ recordingId }) => recordingId === segment.id);
      if (isLive) this.running.set(segment.id, { ...segment, stage: 'running' });
      else this.over(segment, kept.find(({ recordingId }) => recordingId === segment.id)?.seconds ?? 0);
    }
  }

  private of(conversationId: string): Running[] {
    return [...this.running.values()].filter((segment) => segment.conversationId === conversationId);
  }

  private async begin(about: Pick<Running, 'account' | 'conversationId' | 'room' | 'callId' | 'heard'>): Promise<void> {
    const segment = { ...about, id: `segment-${newId()}`, startedAt: new Date().toISOString() };
    await this.segments.begun(segment);
    this.running.set(segment.id, { ...segment, stage: 'starting' });
    try {
      await this.engine.recordBridge({ recordingId: segment.id, bridgeId: bridgeIdOf(segment), maxSeconds: LIMIT });
    } catch (error) {
      if (!(error instanceof EngineGone)) this.over(segment, 0); // otherwise it may have begun: the engine will show
      throw error;
    }
  }

  /** A transfer's new call has begun while its people talk on. */
  private async carry(segment: Running, callId: string): Promise<void> {
    if (callId === segment.callId) return;
    await this.segments.carried(segment, callId);
    const now = this.running.get(segment.id);
    if (now) this.running.set(segment.id, { ...now, callId });
  }

  private async end(segment: Running): Promise<void> {
    await this.engine.stopRecord({ recordingId: segment.id });
    const now = this.running.get(segment.id);
    if (!now) return;
    this.running.set(segment.id, { ...now, stage: 'stopping' });
    if (now.stage === 'running') return;
    const { recordings, kept, mayBeElsewhere } = await this.engine.snapshot(); // it may never have begun, and then it has no end either
    const isThere = [...recordings, ...kept].some(({ recordingId }) => recordingId === segment.id);
    if (!isThere && !mayBeElsewhere(segment.id) && this.running.has(segment.id)) this.over(segment, 0);
  }

  private over(segment: Omit<Running, 'stage'>, seconds: number): void {
    this.running.delete(segment.id);
    this.segments.finished(segment, seconds);
  }
}

const bridgeIdOf = ({ room, conversationId }: { readonly room: Room; readonly conversationId: string }): string =>
  bridgeOf(room, conversationId);
