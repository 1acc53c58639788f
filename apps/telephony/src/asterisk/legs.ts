import type { LegEndReason } from '@cordboard/contracts';
import type { EngineNotice, LegEnded } from '../engine/port.ts';
import type { Channel, ChannelDestroyed } from './ari/description.ts';
import { reasonOf } from './reasons.ts';

/** A leg as the driver knows it: a channel of the engine, or, while several phones of an agent ring for it, one for each. */
export interface AsteriskLeg {
  readonly id: string;
  /** The engine's id for it: ours where we dialled it; that of the phone that answered. */
  channelId: string;
  /** The other phones that ring for it: the engine's names of their channels, by id. */
  readonly others: Map<string, string>;
  readonly incoming: { readonly from: string; readonly to: string } | null;
  /** The engine's own name for it, `PJSIP/alice-0000001f`. */
  channel: string;
  state: 'ringing' | 'up';
  bridgeId: string | null;
  held: boolean;
  muted: boolean;
  /** How many sounds were begun on it or told to end: what was said of one is of no use for the next. */
  sounds: number;
  /** It has left the bridge in which the engine dialled it. */
  isOut: boolean;
  /** It was told to ring. */
  rang: boolean;
  /** When the engine gives up ringing it, by our clock in ms. */
  deadline: number;
  /** Why we hung it up. */
  asked: LegEndReason | null;
  /** Channels that the engine has not handed to us yet, and `made` while there may be more of them. */
  readonly waitsFor: Set<string>;
  /** Kept until the engine has handed every channel to us: before, they take no commands. */
  readonly ours: Promise<void>;
  take(): void;
}

/** A dial time limit of the engine ends a little early by our clock, in ms. */
const TOLERANCE = 150;

/** Live legs, and what the engine's words on them come to. Each change is told once, in the order of rule 1 of the port. */
export class Legs {
  private readonly live = new Map<string, AsteriskLeg>();

  constructor(private readonly tell: (notice: EngineNotice) => void) {}

  get(id: string): AsteriskLeg | undefined {
    return this.live.get(id);
  }

  has(id: string): boolean {
    return this.live.has(id);
  }

  add(channelId: string, incoming: AsteriskLeg['incoming']): AsteriskLeg {
    let take = (): void => undefined;
    const ours = new Promise<void>((resolve) => (take = resolve));
    const id = legIdOf(channelId);
    const leg: AsteriskLeg = {
      id,
      channelId,
      others: new Map(),
      incoming,
      channel: '',
      state: 'ringing',
      bridgeId: null,
      held: false,
      muted: false,
      sounds: 0,
      isOut: false,
      rang: false,
      deadline: Infinity,
      asked: null,
      waitsFor: new Set(incoming ? [] : ['made']),
      ours,
      take,
    };
    this.live.set(id, leg);
    return leg;
  }

  delete(id: string): void {
    this.live.get(id)?.take();
    this.live.delete(id);
  }

  /** Nobody waits for an engine that is away. */
  release(): void {
    for (const leg of this.live.values()) leg.take();
  }

  /** Takes the engine's picture for the truth, without a word: what is not in it is gone. */
  replace(channels: readonly Channel[], bridgeOf: ReadonlyMap<string, string>): void {
    for (const id of this.live.keys()) if (!channels.some((channel) => legIdOf(channel.id) === id)) this.delete(id);
    for (const { channel, others } of byLeg(channels)) {
      const leg = this.live.get(legIdOf(channel.id)) ?? this.add(channel.id, incomingOf(channel));
      leg.channelId = channel.id;
      leg.channel = channel.name;
      leg.others.clear();
      for (const { id, name } of others) leg.others.set(id, name);
      leg.state = channel.state === 'Up' ? 'up' : 'ringing';
      leg.bridgeId = bridgeOf.get(channel.id) ?? null;
      leg.held = channel.channelvars?.['CORDBOARD_HELD'] === '1';
      leg.rang ||= channel.state === 'Ringing';
      if (leg.incoming === null || channel.dialplan.app_name === 'Stasis') leg.take();
    }
  }

  /** The engine has handed a channel over, or it is gone, or (`made`) no more of them come. */
  here(leg: AsteriskLeg, what: string): void {
    leg.waitsFor.delete(what);
    if (leg.waitsFor.size === 0) leg.take();
  }

  /** One of the phones that ring for a leg has answered. @returns the channels that are to be let go, its own where another was quicker */
  answeredBy(leg: AsteriskLeg, { id, name }: Channel): readonly string[] {
    if (leg.channelId !== id) {
      if (leg.state === 'up') return [id];
      leg.others.delete(id);
      leg.others.set(leg.channelId, leg.channel);
      [leg.channelId, leg.channel] = [id, name];
    }
    const tooLate = [...leg.others.keys()];
    this.answered(leg);
    return tooLate;
  }

  /** One of the phones of a leg is done. @returns whether that was the last one, or the one that talks */
  isOver(leg: AsteriskLeg, channelId: string): boolean {
    if (leg.channelId !== channelId) return !leg.others.delete(channelId);
    const next = leg.state === 'up' || leg.asked !== null ? undefined : [...leg.others].at(0);
    if (!next) return true;
    leg.others.delete(next[0]);
    [leg.channelId, leg.channel] = next;
    return false;
  }

  rings(leg: AsteriskLeg): void {
    if (leg.rang || leg.state === 'up') return;
    leg.rang = true;
    this.tell({ type: 'leg.ringing', legId: leg.id });
  }

  answered(leg: AsteriskLeg): void {
    if (leg.state === 'up') return;
    leg.state = 'up';
    this.tell({ type: 'leg.answered', legId: leg.id });
  }

  joined(leg: AsteriskLeg, bridgeId: string): void {
    if (leg.bridgeId === bridgeId) return;
    this.left(leg);
    leg.isOut = true;
    leg.bridgeId = bridgeId;
    this.tell({ type: 'leg.joined', legId: leg.id, bridgeId });
  }

  /** @param bridgeId the one that it left; another than where it is: nothing is new */
  left(leg: AsteriskLeg, bridgeId = leg.bridgeId): void {
    if (leg.bridgeId === null || leg.bridgeId !== bridgeId) return;
    leg.bridgeId = null;
    this.tell({ type: 'leg.left', legId: leg.id, bridgeId });
  }

  held(leg: AsteriskLeg, held: boolean): void {
    if (leg.held === held || this.live.get(leg.id) !== leg) return;
    leg.held = held;
    this.tell({ type: held ? 'leg.held' : 'leg.retrieved', legId: leg.id });
  }

  ended(leg: AsteriskLeg, reason: LegEndReason, by: LegEnded['by']): void {
    this.left(leg);
    this.delete(leg.id);
    this.tell({ type: 'leg.ended', legId: leg.id, reason, by, answered: leg.state === 'up' });
  }
}

/** Why a leg has ended, by what the engine tells at its end. */
export function endOf(leg: AsteriskLeg, { cause, tech_cause: sip }: ChannelDestroyed): Pick<LegEnded, 'reason' | 'by'> {
  const answered = leg.state === 'up';
  if (leg.asked !== null) return { reason: leg.asked, by: 'us' };
  if (leg.incoming !== null && !answered) return { reason: 'cancelled', by: 'peer' };
  if (!answered && Date.now() >= leg.deadline - TOLERANCE) return { reason: leg.rang ? 'no_answer' : 'unreachable', by: 'engine' };
  return { reason: reasonOf(cause, sip, answered), by: 'peer' };
}

/** The channel of a leg's next phone: more than one rings where an agent has several. */
export const channelOf = (legId: string, nth: number): string => (nth === 0 ? legId : `${legId}~${nth}`);

/** The engine names a channel that calls us by the time and a count, `1795814238.0`: in our ids there are no dots. */
export const legIdOf = (channelId: string): string => channelId.replace(/~\d+$/, '').replaceAll('.', '_');

/** The channels of each leg: the one that talks, or rings first, and the others. */
export function byLeg(channels: readonly Channel[]): readonly { readonly channel: Channel; readonly others: readonly Channel[] }[] {
  const legs = new Map<string, Channel[]>();
  for (const channel of channels.toSorted((a, b) => Number(b.state === 'Up') - Number(a.state === 'Up'))) {
    const id = legIdOf(channel.id);
    legs.set(id, [...(legs.get(id) ?? []), channel]);
  }
  return [...legs.values()].flatMap(([channel, ...others]) => (channel ? [{ channel, others }] : []));
}

/** Who called whom, of a channel that called us; null: we dialled it. */
export function incomingOf({ caller, channelvars }: Channel): AsteriskLeg['incoming'] {
  const to = channelvars?.['CORDBOARD_TO'];
  return to ? { from: caller.number, to } : null;
}

/** The engine may have other masters: a channel is ours when it carries our words. */
export const isOurs = ({ channelvars }: Channel): boolean => Boolean(channelvars?.['CORDBOARD_TO'] || channelvars?.['CORDBOARD_CALL']);
