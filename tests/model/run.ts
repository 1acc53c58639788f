import fc from 'fast-check';
import { directory, NAMES } from './cast.ts';
import { BEGAN, Clock, random } from './clock.ts';
import { observed } from './observe.ts';
import { explain, fits, outcomes, type Prediction } from './outcomes.ts';
import type { Dice, Scene, Stimulus } from './scene.ts';
import { processDies, stimulus } from './stimuli.ts';
import { handedOn } from './stimuli.transfers.ts';
import { System, type Tables } from './system.ts';
import { newWorld, type World } from './world.ts';

/** As many things happen at most: half of them in a story of middling length. */
export const LENGTH = 60;
/** How many talks that are over are looked at still. */
const REMEMBERED = 3;

interface Real {
  readonly system: System;
  readonly clock: Clock;
  readonly rest: () => Promise<void>;
  readonly step: (what: string) => Promise<void>;
  readonly ids: Map<string, string>;
  steps: number;
}
interface Model {
  world: World;
}

/** One thing that happens, or several at once. */
class Happening implements fc.AsyncCommand<Model, Real> {
  private says: string[] = [];
  constructor(protected readonly dice: readonly Dice[]) {}
  check = (): boolean => true;
  toString = (): string => this.says.join(', ') || '-';

  async run(model: Model, real: Real): Promise<void> {
    real.steps += 1;
    this.says = [];
    await this.happen(model, real, (scene) => {
      const all = this.dice.flatMap((dice, i) => stimulus({ ...scene, label: `${real.steps}${'abc'[i]}` }, dice) ?? []);
      const [dice] = this.dice;
      const dies = dice && this.dice.length > 1 && dice.how % 5 === 0 && all.every((one) => !one.needsAnswer);
      return dies ? [...all.slice(0, 2), processDies(dice)] : all;
    });
  }

  protected async happen(model: Model, real: Real, choose: (scene: Omit<Scene, 'label'>) => readonly Stimulus[]): Promise<void> {
    const { system, ids, rest, step, clock } = real;
    model.world.now = clock.tick();
    const all = choose({ world: model.world, ids, timers: await system.tables.timers() });
    const name = ({ one, says }: Stimulus): string => one ?? says;
    const stimuli = all.filter((one, i) => all.findIndex((other) => name(other) === name(one)) === i);
    if (stimuli.length === 0) return;
    this.says.push(stimuli.map(({ says }) => says).join(' WHILE '));
    const answers: string[] = [];
    const act = async ({ act }: Stimulus, i: number): Promise<void> => {
      await step('people');
      answers[i] = await act(system);
    };
    stimuli.forEach((one, i) => system.start(act(one, i)));
    await rest();
    await this.compare(model, real, stimuli, answers);
  }

  private async compare(model: Model, { system, ids }: Real, stimuli: readonly Stimulus[], answers: readonly string[]): Promise<void> {
    const { view, wrong } = await observed(system, ids, BEGAN);
    const lost = answers.flatMap((answer, i) => (answer === 'lost' ? i : []));
    const predictions: Prediction[] = [];
    let found: Prediction | undefined;
    for (const one of outcomes(model.world, stimuli, lost)) {
      predictions.push(one);
      if (fits(one, { view, answers })) found = one;
      if (found) break;
    }
    if (!found || wrong.length > 0) throw new Error(explain(this.says.at(-1) ?? '', { view, answers }, predictions, wrong));
    model.world = found.world;
    const over = Object.keys(model.world.talks).filter((id) => model.world.talks[id]?.phase === 'OVER');
    for (const id of over.slice(0, -REMEMBERED)) {
      delete model.world.talks[id];
      ids.delete(id);
    }
  }
}

/** A call goes from colleague to colleague, more often than the rules allow (D11). */
class HandedOnAndOn extends Happening {
  override async run(model: Model, real: Real): Promise<void> {
    for (let hop = 0; hop < 22; hop += 1)
      await this.happen(model, real, (scene) => [handedOn({ ...scene, label: '' }, (this.dice[0]?.which ?? 0) + hop) ?? []].flat());
  }
}

const any = fc.noBias(fc.nat());
const dice: fc.Arbitrary<Dice> = fc.record({ what: any, which: any, how: any });
const happening = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(dice) },
    { weight: 2, arbitrary: fc.tuple(dice, dice) },
    { weight: 1, arbitrary: fc.tuple(dice, dice, dice) },
  )
  .map((all) => new Happening(all));
const handingOn = fc.tuple(dice).map((all) => new HandedOnAndOn(all));
const commands = [...Array.from({ length: 120 }, () => happening), handingOn];

/** Any story, in any schedule: the system is as the model predicts at each rest, and nothing is left when everybody has hung up. */
export const stories = (tables: () => Promise<Tables>) =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.commands(commands, { maxCommands: LENGTH, size: 'max' }),
    any,
    async (scheduler, happenings, seed) => {
      const clock = new Clock();
      clock.install();
      try {
        const begun = await setUp(scheduler, seed, clock, tables);
        await fc.asyncModelRun(() => begun, happenings);
        await everybodyHangsUp(begun.real);
      } finally {
        clock.uninstall();
      }
    },
  );

async function setUp(
  scheduler: fc.Scheduler,
  seed: number,
  clock: Clock,
  tables: () => Promise<Tables>,
): Promise<{ model: Model; real: Real }> {
  const step = (what: string): Promise<void> => scheduler.schedule(Promise.resolve(), what);
  const system = new System(await tables(), step, random(seed), () => new Date().toISOString());
  const rest = async (): Promise<void> => {
    for (let idle = 0; idle < 2;) {
      do await new Promise(setImmediate);
      while (system.busy > 0);
      idle = scheduler.count() === 0 && !(await system.sweep()) ? idle + 1 : 0; // what was put off until now may begin something
      if (scheduler.count() > 0) await scheduler.waitOne();
    }
    if (system.failures.length > 0) throw system.failures[0];
  };
  for (const event of directory) await system.tables.directory.apply(system.tables.sql, 'demo', event);
  for (const name of NAMES) system.start(system.stands(name, { status: 'AVAILABLE', reachable: true, inWrapUp: false }));
  await rest();
  await system.tables.begin(new Date());
  return { model: { world: newWorld() }, real: { system, clock, rest, step, ids: new Map(), steps: 0 } };
}

/** In the end nothing is left: no leg, no agent held, no ring time, no call or transfer without its end. */
async function everybodyHangsUp({ system, clock, rest, ids }: Real): Promise<void> {
  clock.tick();
  for (let round = 0; round < 5; round += 1) {
    for (const leg of system.engine.legs.values()) system.engine.end(leg.legId, 'hangup');
    await rest();
  }
  const { view, wrong } = await observed(system, ids, BEGAN);
  const left = [
    ...Object.entries(view.agents).flatMap(([id, is]) => (is.startsWith('free, ') ? [] : [`${id} is ${is}`])),
    ...Object.entries(view.talks).flatMap(([id, { phones, timers, calls, transfers }]) => [
      ...Object.keys(phones).map((phone) => `${id}: the phone of ${phone} is off the hook`),
      ...(timers > 0 ? [`${id}: a ring time goes on`] : []),
      ...calls.filter((call) => !call.endsWith(' over')).map((call) => `${id}: a call goes on, ${call}`),
      ...transfers
        .filter((transfer) => / (RINGING|CONSULTING|RETURNING) /.test(transfer))
        .map((transfer) => `${id}: a transfer goes on, ${transfer}`),
    ]),
  ];
  if (left.length + wrong.length > 0) throw new Error(['everybody has hung up, and', ...left, ...wrong].join('\n'));
}
