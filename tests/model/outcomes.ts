import { isDeepStrictEqual } from 'node:util';
import { NAMES, type AgentId } from './cast.ts';
import { settle } from './model.ts';
import type { Stimulus } from './scene.ts';
import { expected, type View } from './view.ts';
import { heldAs, reservations, type World } from './world.ts';

/** What was seen and answered, or may be. */
export interface Outcome {
  readonly view: View;
  readonly answers: readonly string[];
}
export interface Prediction extends Outcome {
  readonly world: World;
}

/**
 * What may come of things that happen at once: they are committed in some order, in between the engine gets on somewhat, or not; of
 * agents who were let go meanwhile some may not be rung yet (an agent settles after a call); and what was asked of a process that
 * died before it answered may have been done, or not.
 */
export function* outcomes(before: World, stimuli: readonly Stimulus[], lost: readonly number[]): Generator<Prediction> {
  const parts = stimuli.flatMap(({ predict, follows }, which): Part[] => [
    { which, does: predict },
    ...(follows ? [{ which, does: (w: World) => (follows(w), '') }] : []),
  ]);
  for (const slow of stimuli.length > 1 ? subsets(NAMES) : [[]])
    for (const undone of subsets(lost))
      for (const order of orders(parts))
        for (let how = 0; how < 3 ** (order.length - 1); how += 1) {
          const [world, answers] = [JSON.parse(JSON.stringify(before)) as World, new Array<string>(stimuli.length)];
          order.forEach(({ which, does }, i) => {
            const before = slow.map((agent) => ({ agent, ...holds(world, agent) }));
            if (!undone.includes(which)) answers[which] = does(world) || answers[which] || '';
            const progress = i === order.length - 1 ? 2 : Math.floor(how / 3 ** i) % 3;
            if (progress > 0) for (const talk of Object.values(world.talks)) settle(world, talk, progress > 1);
            world.settling = [...world.settling, ...before.filter((was) => isLetGo(was, holds(world, was.agent))).map(({ agent }) => agent)];
          });
          world.settling = [];
          yield { world, answers, view: expected(world) };
        }
}
/** Something that is committed at once: a stimulus, or what follows from one. */
interface Part {
  readonly which: number;
  readonly does: (w: World) => string;
}
/** All orders in which nothing follows from what has not happened. */
const orders = (of: readonly Part[]): Part[][] =>
  of.length < 2
    ? [[...of]]
    : of
        .filter((first, i) => of.findIndex(({ which }) => which === first.which) === i)
        .flatMap((first) => orders(of.filter((one) => one !== first)).map((rest) => [first, ...rest]));

export const fits = (one: Prediction, { view, answers }: Outcome): boolean =>
  isDeepStrictEqual(one.view, view) && answers.every((answer, i) => sameAnswer(answer, one.answers[i]));

const sameAnswer = (a: string, b: string | undefined): boolean => a === 'lost' || a === b;
const holds = (w: World, agent: AgentId) => ({ inCall: heldAs(w, agent) === 'IN_CALL', reserved: reservations(w, agent) > 0 });
/** Off the phone, though perhaps still reserved, or not reserved any more: what was read of them before may hold yet. */
const isLetGo = (was: ReturnType<typeof holds>, is: ReturnType<typeof holds>): boolean =>
  (was.inCall && !is.inCall) || (was.reserved && !is.reserved && !is.inCall);
const subsets = <T>(of: readonly T[]): readonly T[][] =>
  Array.from({ length: 2 ** of.length }, (_, bits) => of.filter((_one, i) => (bits >> i) & 1));
/** The difference between what is and the nearest of what might be. */
export function explain(says: string, seen: Outcome, predictions: readonly Prediction[], wrong: readonly string[]): string {
  const is = lines(seen);
  const differences = predictions.map((one) => {
    const should = lines(one);
    return [
      ...should.filter((l) => !is.includes(l)).map((l) => `  - ${l}`),
      ...is.filter((l) => !should.includes(l)).map((l) => `  + ${l}`),
    ];
  });
  const nearest = differences.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return [`after: ${says}`, ...wrong, 'the model says -, the system +', ...nearest].join('\n');
}

const lines = ({ view, answers }: Outcome): string[] => [
  `answered ${JSON.stringify(answers)}`,
  ...Object.entries(view.agents).map(([id, as]) => `${id}: ${as}`),
  ...Object.entries(view.talks).flatMap(([id, { phones, ...rest }]) => [
    ...Object.entries(phones).map(([phone, does]) => `${id} ${phone} ${does}`),
    ...Object.entries(rest).map(([what, holds]) => `${id} ${what} ${JSON.stringify(holds)}`),
  ]),
];
