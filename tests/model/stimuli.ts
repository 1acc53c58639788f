import { pick, quiet, type Dice, type Maker, type Scene, type Stimulus } from './scene.ts';
import { agentCalls, agentDials, callComes, callIsHeld, standingChanges } from './stimuli.calls.ts';
import { announcementIsOver, offerIsAccepted, offerIsRejected, phoneIsPickedUp, phoneTurnsItDown, ringTimeIsOver, somebodyHangsUp } from './stimuli.phones.ts'; // prettier-ignore
import { transferIsSettled, transferStarts } from './stimuli.transfers.ts';

/** What carries a story on comes more often than what ends it. */
const makers: readonly (readonly [weight: number, maker: Maker])[] = [
  [3, callComes],
  [1, agentDials],
  [1, agentCalls],
  [16, transferStarts],
  [5, transferIsSettled],
  [3, callIsHeld],
  [6, offerIsAccepted],
  [3, offerIsRejected],
  [10, phoneIsPickedUp],
  [3, phoneTurnsItDown],
  [3, somebodyHangsUp],
  [3, ringTimeIsOver],
  [3, announcementIsOver],
  [3, standingChanges],
];

/** One of the things that can be done now. */
export function stimulus(scene: Scene, dice: Dice): Stimulus | null {
  const possible = makers.flatMap(([weight, make]) => {
    const made = make(scene, dice);
    return made ? Array.from({ length: weight }, () => made) : [];
  });
  return pick(possible, dice.what) ?? null;
}

/** A process dies in the midst of whatever it does, and another takes its place. */
export const processDies = ({ which, how }: Dice): Stimulus => ({
  says: `process ${which % 2} dies`,
  predict: quiet(() => undefined),
  act: async (system) => (await system.dies(which % 2, how % 12), ''),
});
