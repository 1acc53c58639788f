import { DirectoryEvent, type Told } from '@cordboard/contracts';
import type { Database, Sql } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { savePolicy } from '../policy/policy.store.ts';
import type { NumberStore } from '../numbers/number.store.ts';

const HEARD: ReadonlySet<string> = new Set<DirectoryEvent['type']>(['policy.saved', 'number.saved', 'team.saved']);

/** What the directory said: of it, what is to be recorded and for how long it is kept, and whose the Numbers are. */
export const takeDirectory =
  (database: Database, numbers: NumberStore) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const saved = told.events.filter(({ type }) => HEARD.has(type)).map((event) => DirectoryEvent.parse(event));
    return once(database, told, async (tx) => {
      for (const event of saved) await keep(tx, told.account, event, numbers);
    });
  };

async function keep(tx: Sql, account: string, event: DirectoryEvent, numbers: NumberStore): Promise<void> {
  switch (event.type) {
    case 'policy.saved':
      return savePolicy(tx, account, event.policy);
    case 'number.saved':
      return numbers.saveNumber(tx, account, event.number);
    case 'team.saved':
      return numbers.saveTeam(tx, account, event.team);
    case 'agent.saved':
    case 'agent.tokensRevoked':
    case 'agent.deactivated':
    case 'team.deleted':
    case 'number.deleted':
    case 'contact.saved':
    case 'contact.deleted':
      return;
  }
}
