import type { TelephonyEvent } from '@cordboard/contracts';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { Message } from '../voicemails/voicemail.store.ts';
import type { BoardLeg } from './leg.ts';
import type { LegStore } from './legs.store.ts';

interface Told {
  /** As it is after the facts. */
  readonly leg: BoardLeg;
  readonly facts: readonly TelephonyEvent[];
  /** What came of a recording that ended with them. */
  readonly message: Message | undefined;
}

/** A database that is away is asked again after this long at first and at most, in ms. */
const RETRY = { first: 50, most: 2_000 };

/**
 * Writes the engine's facts down and tells them, each leg's in order and legs beside each other. What a leg did while its last
 * facts were being saved goes into one commit. What is not saved when the process ends is found again by comparing with the engine.
 */
export class Facts {
  private readonly waiting = new Map<string, Told[]>();
  private readonly saving = new Map<string, Promise<void>>();
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
    const { legId } = leg;
    this.waiting.set(legId, [...(this.waiting.get(legId) ?? []), { leg, facts, message }]);
    if (!this.saving.has(legId)) this.saving.set(legId, this.save(legId));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.saving.values());
    await Promise.all(this.publishing);
  }

  private async save(legId: string): Promise<void> {
    await Promise.resolve(); // what is told in the same moment goes along
    for (let told = this.next(legId); told.length > 0 && (await this.untilSaved(told));) told = this.next(legId);
    this.saving.delete(legId);
  }

  private next(legId: string): Told[] {
    const told = this.waiting.get(legId) ?? [];
    this.waiting.delete(legId);
    return told;
  }

  /** @returns false where the process stops first: then nothing that came later may be saved either */
  private async untilSaved(told: readonly Told[]): Promise<boolean> {
    const leg = told.at(-1)?.leg;
    if (!leg) return true;
    for (let pause = RETRY.first; ; pause = Math.min(RETRY.most, pause * 2)) {
      try {
        const messages = told.flatMap(({ message }) => message ?? []);
        const row = await this.legs.save(
          leg,
          told.flatMap(({ facts }) => facts),
          messages,
        );
        this.publish(row);
        messages.forEach(this.noted);
        return true;
      } catch (error) {
        log.error({ err: error, legId: leg.legId }, 'facts of a leg are not saved yet');
        if (this.stopped) return false;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private publish(row: OutboxRow): void {
    const publishing = this.outbox.publish([row]).finally(() => this.publishing.delete(publishing));
    this.publishing.add(publishing);
  }
}
