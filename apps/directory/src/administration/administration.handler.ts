import type { Refusal } from '@cordboard/decider';
import type { Database, Sql } from '@cordboard/platform-database';
import type { Followers, Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { oneAtATime } from './administration.store.ts';

/** What was pointed to and is not there, for this account. */
export interface Missing {
  readonly missing: 'agent' | 'team' | 'Number';
}

/** The thing as it is now, why it was not changed, or what is not there. */
export type Outcome<Row> = Row | Refusal | Missing;

/** What was asked to change, without what was left out; null stands for nothing. */
export const given = <Changes extends object>(changes: Changes): { [Key in keyof Changes]?: Exclude<Changes[Key], undefined> } =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as never;

/** Changes of an account itself: rare, so one at a time, and what was read for a decision still holds when it is written. */
export class Administration {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly followers: Followers,
  ) {}

  /** Row and messages in one transaction; answers once those who decide calls have seen it. */
  async change<Row>(work: (tx: Sql) => Promise<[Outcome<Row>, ...OutboxRow[]]>): Promise<Outcome<Row>> {
    const [outcome, ...told] = await this.database.transaction(async (tx) => {
      await oneAtATime(tx, 'administration of the directory');
      return work(tx);
    });
    await this.outbox.publish(told);
    await this.followers.haveSeen(told);
    return outcome;
  }
}
