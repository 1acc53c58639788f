import { DirectoryEvent, eventsOf, type Told } from '@cordboard/contracts';
import type { Database, Sql } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { saveEntry, savePolicy } from '../directory/directory.store.ts';

/**
 * What the directory said: of it, an account's policy on its history is kept, and whom it has, by name.
 * @param onPolicy told after a policy was committed
 */
export const takeDirectory =
  (database: Database, onPolicy: () => void) =>
  async (told: Told<{ type: string }>): Promise<Taken> => {
    const events = eventsOf(DirectoryEvent, told);
    const taken = await once(database, told, async (tx) => {
      for (const event of events) await keep(tx, told.account, event);
    });
    if (taken === 'applied' && events.some(({ type }) => type === 'policy.saved')) onPolicy();
    return taken;
  };

async function keep(tx: Sql, account: string, event: DirectoryEvent): Promise<void> {
  switch (event.type) {
    case 'policy.saved':
      return savePolicy(tx, account, event.policy);
    case 'agent.saved':
      return saveEntry(tx, account, { kind: 'agent', ...event.agent });
    case 'team.saved':
      return saveEntry(tx, account, { kind: 'team', ...event.team });
    case 'number.saved':
      return saveEntry(tx, account, { kind: 'number', ...event.number, name: event.number.label });
    case 'agent.tokensRevoked':
    case 'agent.deactivated': // what is removed keeps its name here
    case 'team.deleted':
    case 'number.deleted':
    case 'contact.saved':
    case 'contact.deleted':
      return;
  }
}
