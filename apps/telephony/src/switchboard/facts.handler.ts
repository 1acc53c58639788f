import type { TelephonyEvent } from '@cordboard/contracts';
import { isPassing } from '@cordboard/platform-database';
import type { Outbox } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { Message } from '../voicemails/voicemail.store.ts';
import type { BoardLeg } from './leg.ts';
import type { LegStore, ToldLeg } from './legs.store.ts';

/** A database that is away is asked again after this long at first and at most, in ms. */
const RETRY = { first: 50, most: 2_000 };
/** Legs in one commit. */
const MOST_TOGETHER = 200;

/**
 * Writes the engine's facts down and tells them, each leg's in order. What happened while the last facts were being saved goes into one
 * commit: a team that is let go at once costs what one phone does. What is not saved when the process ends is found again by comparing
 * with the engine.
 */
export class Facts {
  private readonly waiting = new Map<string, ToldLeg>();
  private saving: Promise<void> | undefined;
  private readonly publishing = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly legs: LegStore,
    private readonly outbox: Outbox,
    /** Hears of a message once it is noted. */
    private readonly noted: (message: Message) => void,
  ) {}

  tell(leg: BoardLeg, facts: readonly TelephonyEvent[], message?: Message): void {
    if (facts.length === 0) return;
    this.waiting.set(leg.legId, after(this.waiting.get(leg.legId), { leg, facts, messages: message ? [message] : [] }));
    this.saving ??= this.saveAll();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.saving;
    await Promise.all(this.publishing);
  }

  private async saveAll(): Promise<void> {
    await Promise.resolve(); // what is told in the same moment goes along
    let pause = RETRY.first;
    while (this.waiting.size > 0) {
      const together = [...this.waiting.values()].slice(0, MOST_TOGETHER);
      for (const { leg } of together) this.waiting.delete(leg.legId);
      const left = await this.save(together);
      for (const told of left) this.waiting.set(told.leg.legId, after(told, this.waiting.get(told.leg.legId)));
      if (left.length < together.length) {
        pause = RETRY.first;
        continue;
      }
      if (this.stopped) break; // nothing that came later may be saved either
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(RETRY.most, pause * 2);
    }
    this.saving = undefined;
  }

  /** All in one commit; where one of them is at fault, the others without it. @returns what is not saved */
  private async save(together: readonly ToldLeg[]): Promise<readonly ToldLeg[]> {
    try {
      const publishing = this.outbox.publish(await this.legs.save(together)).finally(() => this.publishing.delete(publishing));
      this.publishing.add(publishing);
      for (const { messages } of together) messages.forEach(this.noted);
      return [];
    } catch (error) {
      log.error({ err: error, legs: together.map(({ leg }) => leg.legId) }, 'facts of legs are not saved yet');
      if (together.length === 1 || isPassing(error)) return together;
      const left: ToldLeg[] = [];
      for (const told of together) left.push(...(await this.save([told])));
      return left;
    }
  }
}

/** What is told of a leg, and then something more. */
const after = (before: ToldLeg | undefined, told: ToldLeg | undefined): ToldLeg => {
  if (!before || !told) return (before ?? told) as ToldLeg;
  return { leg: told.leg, facts: [...before.facts, ...told.facts], messages: [...before.messages, ...told.messages] };
};
