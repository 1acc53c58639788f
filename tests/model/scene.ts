import type { DueTimer } from '@cordboard/platform-database';
import type { Outcome } from './routing.ts';
import type { System } from './system.ts';
import { rung, type Talk, type World } from './world.ts';

/** Something that people, phones or time do: what the model makes of it, and the same done to the system. Both say what it was answered. */
export interface Stimulus {
  readonly says: string;
  /** Of those with the same, one happens at a time; else of those that say the same. */
  readonly one?: string;
  /** True where what it begins can only be found by its answer. */
  readonly needsAnswer?: boolean;
  readonly predict: (w: World) => string;
  /** What follows from it in a commit of its own. */
  readonly follows?: (w: World) => void;
  readonly act: (system: System) => Promise<string>;
}
/** Numbers that choose among what can be done. */
export interface Dice {
  readonly what: number;
  readonly which: number;
  readonly how: number;
}
/** The world before a stimulus: the model's, and how its talks are called in the system. */
export interface Scene {
  readonly world: World;
  readonly ids: Map<string, string>;
  readonly timers: readonly DueTimer[];
  /** Of the talk that this stimulus may begin. */
  readonly label: string;
}
export type Maker = (scene: Scene, dice: Dice) => Stimulus | null;

export const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)];
export const live = ({ world }: Scene): [string, Talk][] => Object.entries(world.talks).filter(([, t]) => t.phase !== 'OVER');
/** The same talk, in a world in which other things may have happened first. */
export const of = (w: World, id: string): Talk => w.talks[id] as Talk;
export const conversationOf = ({ ids }: Scene, id: string): string => ids.get(id) ?? '';
export const at = (): string => new Date().toISOString();
export const said = (outcome: Outcome): string => (outcome.is === 'refused' ? outcome.refusal.refused : outcome.is);
/** Nobody waits for an answer. */
export const quiet = (does: (w: World) => void) => (w: World) => (does(w), '');

/** A leg of a talk: the caller's, an offer's by its number, or -1, that of an agent who began the call. */
export type LegName = number | 'caller';
export function legId(scene: Scene, id: string, leg: LegName): string {
  const callers = { INBOUND: `in-${id}`, OUTBOUND: `${conversationOf(scene, id)}-d1`, INTERNAL: `${conversationOf(scene, id)}-d0` };
  return leg === 'caller' ? callers[of(scene.world, id).kind] : `${conversationOf(scene, id)}-${leg === -1 ? 'd2' : `l${leg + 1}`}`;
}
/** A leg that rings, or one that is up, chosen. */
export function someLeg(scene: Scene, { which, how }: Dice, ringing: boolean): { id: string; t: Talk; leg: LegName } | null {
  const legs = live(scene).flatMap(([id, t]) => {
    const there = [t.who, t.transferor].flatMap((who) => who ?? []);
    const up: LegName[] = [...(t.caller.here ? ['caller' as const] : []), ...there.filter((who) => who.up).map((who) => who.leg)];
    const rings: LegName[] = [
      ...rung(t).map((offer) => t.offers.indexOf(offer)),
      ...there.filter((who) => !who.up && who.leg >= 0).map((who) => who.leg),
      ...(t.phase === 'DIALLING' ? ['caller' as const] : []),
    ];
    return (ringing ? rings : up).map((leg) => ({ id, t, leg }));
  });
  return pick(legs, which + how) ?? null;
}
/** The call that a talk is now. */
export const callOf = (scene: Scene, id: string): { n: number; callId: string } => {
  const { length } = of(scene.world, id).calls;
  return { n: length - 1, callId: `${conversationOf(scene, id)}-c${length}` };
};
