import type { LegEndReason, Room, TelephonyEvent, Told, Wiring } from '@cordboard/contracts';

type Wired = Wiring['legs'][number];
/** A leg as the engine has it. */
export interface EngineLeg {
  readonly legId: string;
  readonly conversationId: string;
  readonly agentId: string | null;
  readonly address: string;
  state: 'ringing' | 'up' | 'ended';
  room: Room | null;
  held: boolean;
  ringback: boolean;
  /** What it is shown while it rings. */
  shows: string;
  /** The announcement that it hears now, and those that it has heard. */
  hearing: { readonly id: string; readonly what: string } | null;
  readonly heard: Set<string>;
  /** How many facts were told of it. */
  told: number;
}

type Fact = TelephonyEvent extends infer E ? (E extends TelephonyEvent ? Omit<E, 'legId' | 'conversationId'> : never) : never;

/**
 * A call engine that does what wirings say and nothing else: each leg goes its own way towards its want, one step at a time, whenever
 * the schedule lets it. What people do with their phones comes from outside.
 */
export class Engine {
  readonly legs = new Map<string, EngineLeg>();
  private readonly wirings = new Map<string, { readonly wiring: Wiring; readonly seq: number }>();
  private readonly moving = new Set<string>();

  constructor(
    private readonly step: (what: string) => Promise<void>,
    private readonly tell: (told: Told<TelephonyEvent>) => void,
    private readonly now: () => string,
  ) {}

  /** Routing has decided anew; what is older than what is known is not followed. */
  follow(wiring: Wiring, seq: number): void {
    if ((this.wirings.get(wiring.conversationId)?.seq ?? 0) >= seq) return;
    this.wirings.set(wiring.conversationId, { wiring, seq });
    const here = [...this.legs.values()].filter((leg) => leg.conversationId === wiring.conversationId).map((leg) => leg.legId);
    for (const legId of new Set([...[...wiring.legs, ...wiring.ended].map((leg) => leg.legId), ...here]))
      void this.move(wiring.conversationId, legId);
  }

  /** Somebody outside calls. */
  incoming(legId: string, conversationId: string, from: string, to: string): void {
    this.add(legId, conversationId, { agentId: null, address: from });
    this.say(legId, { type: 'leg.incoming', from, to });
  }

  /** Somebody picks up. */
  pickUp(legId: string): void {
    const leg = this.legs.get(legId);
    if (leg?.state !== 'ringing') return;
    leg.state = 'up';
    this.say(legId, { type: 'leg.answered' });
    void this.move(leg.conversationId, legId);
  }

  /** Somebody hangs up, turns it down, or their phone cannot be rung. */
  end(legId: string, reason: LegEndReason, by: 'peer' | 'us' = 'peer'): void {
    const leg = this.legs.get(legId);
    if (!leg || leg.state === 'ended') return;
    const answered = leg.state === 'up';
    if (leg.hearing) this.stop(leg, false);
    Object.assign(leg, { state: 'ended', room: null, held: false, ringback: false, hearing: null });
    this.say(legId, { type: 'leg.ended', reason, by, answered });
  }

  /** What a leg hears has come to its end. */
  announcementEnds(legId: string): void {
    const leg = this.legs.get(legId);
    if (leg?.hearing) this.stop(leg, true);
  }

  /** Whether a leg is as it is wanted, and every wanted leg is there. */
  unreached(): readonly string[] {
    return [...this.wirings.values()].flatMap(({ wiring }) => {
      const here = [...this.legs.values()].filter((leg) => leg.conversationId === wiring.conversationId && leg.state !== 'ended');
      const ids = new Set([...wiring.legs, ...wiring.ended, ...here].map((leg) => leg.legId));
      return [...ids].filter((legId) => this.next(wiring, legId) !== null);
    });
  }

  private async move(conversationId: string, legId: string): Promise<void> {
    if (this.moving.has(legId)) return;
    this.moving.add(legId);
    for (;;) {
      await this.step(`engine ${legId}`);
      const known = this.wirings.get(conversationId);
      const act = known ? this.next(known.wiring, legId) : null;
      if (!act) break;
      act();
    }
    this.moving.delete(legId);
  }

  /** The next thing to do with a leg; null: it is as it should be, or somebody has to pick up first. */
  private next(wiring: Wiring, legId: string): (() => void) | null {
    const leg = this.legs.get(legId);
    const wanted = wiring.legs.find((one) => one.legId === legId);
    const ended = wiring.ended.find((one) => one.legId === legId);
    if (leg?.state === 'ended') return null;
    if (ended && !leg) return () => this.neverDialled(wiring.conversationId, legId, ended.reason);
    if (ended || !wanted) return leg ? () => this.end(legId, ended?.reason ?? 'hangup', 'us') : null;
    if (!leg) return mayDial(wanted) ? () => this.dial(wiring.conversationId, wanted) : null;
    return this.towards(leg, wanted);
  }

  private towards(leg: EngineLeg, { want, displayNumber }: Wired): (() => void) | null {
    const { legId } = leg;
    const say = (fact: Fact, is: Partial<EngineLeg>) => () => {
      Object.assign(leg, is);
      this.say(legId, fact);
    };
    const shows = want.as === 'ringing' ? want.displayNumber : (displayNumber ?? leg.shows);
    if (leg.shows !== shows) return () => void (leg.shows = shows);
    if (leg.hearing && (want.as !== 'hearing' || want.announcement.id !== leg.hearing.id)) return () => this.stop(leg, false);
    if (leg.ringback !== (want.as === 'waiting')) return () => void (leg.ringback = want.as === 'waiting');
    if (want.as === 'ringing') return null;
    if (leg.state === 'ringing') return want.as !== 'waiting' && isOurs(leg) ? () => this.pickUp(legId) : null;
    const room = want.as === 'talking' ? want.room : want.as === 'held' && leg.agentId === null ? leg.room : null;
    if (leg.room !== null && leg.room !== room) return say({ type: 'leg.left', room: leg.room }, { room: null });
    if (leg.held && want.as !== 'held') return say({ type: 'leg.retrieved' }, { held: false });
    if (room !== null && leg.room !== room) return say({ type: 'leg.joined', room }, { room });
    if (!leg.held && want.as === 'held') return say({ type: 'leg.held' }, { held: true });
    if (want.as !== 'hearing' || leg.hearing || leg.heard.has(want.announcement.id)) return null;
    const { id, what } = want.announcement;
    return say({ type: 'leg.hearing', announcementId: id }, { hearing: { id, what } });
  }

  private stop(leg: EngineLeg, whole: boolean): void {
    const id = leg.hearing?.id ?? '';
    leg.hearing = null;
    leg.heard.add(id);
    this.say(leg.legId, { type: 'leg.heard', announcementId: id, whole });
  }

  /** A leg that was taken back before it was ever dialled has ended like any other. */
  private neverDialled(conversationId: string, legId: string, reason: LegEndReason): void {
    this.add(legId, conversationId, { agentId: null, address: '' });
    this.end(legId, reason, 'us');
  }

  private dial(conversationId: string, { legId, agentId, address }: Wired): void {
    this.add(legId, conversationId, { agentId, address });
    this.say(legId, { type: 'leg.ringing' });
  }

  private add(legId: string, conversationId: string, who: Pick<EngineLeg, 'agentId' | 'address'>): void {
    const fresh = {
      state: 'ringing',
      room: null,
      held: false,
      ringback: false,
      shows: '',
      hearing: null,
      heard: new Set(),
      told: 0,
    } as const;
    this.legs.set(legId, { legId, conversationId, ...who, ...fresh, heard: new Set() });
  }

  private say(legId: string, fact: Fact): void {
    const leg = this.legs.get(legId);
    if (!leg) return;
    leg.told += 1;
    const event = { ...fact, legId, conversationId: leg.conversationId } as TelephonyEvent;
    const at = { account: 'demo', from: leg.told, seq: leg.told, at: this.now() };
    this.tell({ source: 'telephony', key: legId, ...at, events: [event] });
  }
}

/** Outside parties are dialled to ring and nothing else; agents for whatever they are wanted. */
const mayDial = ({ agentId, want }: Wired): boolean =>
  want.as === 'ringing' || (agentId !== null && want.as !== 'waiting' && want.as !== 'hearing');
/** A phone that we may pick up for its people: an agent's device, and the line that called us. A number that was dialled is not ours. */
const isOurs = ({ agentId, address, legId }: EngineLeg): boolean => (agentId === null ? legId.startsWith('in') : !address.startsWith('+'));
