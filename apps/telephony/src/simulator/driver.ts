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
} from '../engine/port.ts';
import { Network, type NetworkLeg } from './network.ts';
import { Phones } from './phones.ts';
import { Script } from './script.ts';

/** The port over a simulated network. The network goes on while the connection to it is cut, as a real engine would. */
export class Simulator implements Engine {
  readonly name = 'simulator';
  readonly script = new Script();
  readonly network: Network = new Network(
    (notice) => this.tell(notice),
    (leg) => this.script.rings(leg.address, (reaction) => this.phones.react(leg, reaction)),
  );
  readonly phones = new Phones(this.network);
  private listener: ((event: EngineEvent) => void) | undefined;
  private up = false;
  private seq = 0;
  /** Grows with each cut: what was on its way then is lost. */
  private cuts = 0;
  private knownEpoch: string | undefined;

  get connected(): boolean {
    return this.up;
  }

  async start(listener: (event: EngineEvent) => void): Promise<void> {
    this.listener = listener;
    this.restore();
  }

  async stop(): Promise<void> {
    this.cut();
    this.listener = undefined;
  }

  /** Ends the network with all that lives in it. */
  close(): void {
    this.network.restart();
    this.script.stop();
  }

  /** Loses the connection to the engine. */
  cut(): void {
    if (!this.up) return;
    this.cuts += 1;
    this.tell({ type: 'engine.down' });
    this.up = false;
  }

  /** Brings the connection back. */
  restore(): void {
    if (this.up || !this.listener) return;
    this.up = true;
    this.tell({ type: 'engine.up', lost: this.knownEpoch !== undefined && this.knownEpoch !== this.network.epoch });
    this.knownEpoch = this.network.epoch;
  }

  /** The engine dies, and comes back without any call. */
  restart(): void {
    this.cut();
    this.network.restart();
    this.restore();
  }

  private tell(notice: EngineNotice): void {
    if (!this.up) return;
    const { cuts } = this;
    const event: EngineEvent = { ...notice, epoch: this.network.epoch, seq: ++this.seq };
    setImmediate(() => cuts === this.cuts && this.listener?.(event));
  }

  /** The network, for a command. @throws EngineGone while the connection is cut */
  private reach(): Network {
    if (!this.up) throw new EngineGone();
    return this.network;
  }

  async dial(c: Dial): Promise<void> {
    this.reach().dial(c);
  }

  async ringing({ legId, on }: Leg & { on: boolean }): Promise<void> {
    const leg = this.reach().leg(legId);
    if (leg) leg.ringback = on;
  }

  async answer({ legId }: Leg): Promise<void> {
    const leg = this.reach().leg(legId);
    if (leg && (leg.incoming || leg.agent)) this.network.answer({ legId });
  }

  async hangup({ legId, reason }: Parameters<Engine['hangup']>[0]): Promise<void> {
    const leg = this.reach().leg(legId);
    if (leg) this.network.end(leg, reason, 'us');
  }

  async hold(c: Hold): Promise<void> {
    this.reach().hold(c);
  }

  async retrieve(c: Leg): Promise<void> {
    this.reach().retrieve(c);
  }

  async identify({ legId, shows }: Leg & { shows: Shown }): Promise<void> {
    const leg = this.reach().leg(legId);
    if (leg) leg.shows = shows;
  }

  async label({ legId, callId }: Leg & { callId: string }): Promise<void> {
    const leg = this.reach().leg(legId);
    if (leg) leg.callId = callId;
  }

  async mute(c: Leg & { on: boolean }): Promise<void> {
    this.reach().mute(c);
  }

  async sendDtmf({ legId, digits }: Leg & { digits: string }): Promise<void> {
    const leg = this.reach().leg(legId);
    if (leg) leg.keys += digits;
  }

  async answerTransfer({ legId, accepted }: Leg & { accepted: boolean }): Promise<void> {
    const leg = this.reach().leg(legId);
    if (leg?.transfer) leg.transfer = accepted ? 'accepted' : 'declined';
  }

  async createBridge(c: Bridge): Promise<void> {
    this.reach().createBridge(c);
  }

  async join(c: Bridge & Leg): Promise<void> {
    this.reach().join(c);
  }

  async leave(c: Leg): Promise<void> {
    this.reach().leave(c);
  }

  async destroyBridge(c: Bridge): Promise<void> {
    this.reach().destroyBridge(c);
  }

  async play(c: Play): Promise<void> {
    this.reach().play(c);
  }

  async stopPlay({ playbackId }: { playbackId: string }): Promise<void> {
    this.reach().stopPlay(playbackId);
  }

  async record(c: RecordLeg): Promise<void> {
    this.reach().record(c);
  }

  async recordBridge(c: RecordBridge): Promise<void> {
    this.reach().recordBridge(c);
  }

  async stopRecord({ recordingId }: Recording): Promise<void> {
    this.reach().stopRecord(recordingId);
  }

  async fetchRecording({ recordingId }: Recording): Promise<AsyncIterable<Uint8Array> | null> {
    return this.reach().recordings.audio(recordingId);
  }

  async deleteRecording({ recordingId }: Recording): Promise<void> {
    this.reach().recordings.delete(recordingId);
  }

  async snapshot(): Promise<Snapshot> {
    const { epoch, legs, rooms, sounding, recordings, plugged } = this.reach();
    return {
      epoch,
      seq: this.seq,
      legs: legs.map(picture),
      bridges: rooms,
      playbacks: sounding,
      recordings: recordings.running,
      kept: recordings.kept,
      phones: plugged,
      mayBeElsewhere: () => false,
    };
  }
}

const picture = (leg: NetworkLeg): Snapshot['legs'][number] => ({
  legId: leg.id,
  incoming: leg.incoming,
  state: leg.state === 'UP' ? 'up' : 'ringing',
  bridgeId: leg.bridgeId,
  held: leg.held,
  callId: leg.callId,
});
