import { DirectoryEvent, eventsOf, type Told } from '@cordboard/contracts';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { PresenceStore } from '../agents/presence.store.ts';
import type { PresenceDatabase } from '../database.store.ts';

/** Who there is, in which team, and how long wrap-up takes. */
export class DirectoryListener {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly store: PresenceStore,
  ) {}

  take(told: Told<{ type: string }>): Promise<Taken> {
    return once(this.database, told, async (tx) => {
      for (const event of eventsOf(DirectoryEvent, told)) {
        if (event.type === 'agent.saved') await this.store.know(tx, told.account, event.agent.id, event.agent.name);
        if (event.type === 'team.saved') await this.store.put(tx, told.account, 'team', event.team.id, event.team);
        if (event.type === 'policy.saved') await this.store.put(tx, told.account, 'policy', told.account, event.policy);
      }
    });
  }
}
