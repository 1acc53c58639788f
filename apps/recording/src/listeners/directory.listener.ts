import { DirectoryEvent, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import { savePolicy } from '../policy/policy.store.ts';

/** What the directory said: of it, the account's policy on recordings is kept. */
export const takeDirectory =
  (database: Database) =>
  (told: Told<{ type: string }>): Promise<Taken> => {
    const saved = told.events.filter((event) => event.type === 'policy.saved').map((event) => DirectoryEvent.parse(event));
    return once(database, told, async (tx) => {
      for (const event of saved) if (event.type === 'policy.saved') await savePolicy(tx, told.account, event.policy.recording);
    });
  };
