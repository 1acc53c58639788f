import { DirectoryEvent, eventsOf, type Told } from '@cordboard/contracts';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { DirectoryStore } from '../agents/directory.store.ts';
import type { RoutingDatabase } from '../database.store.ts';
import type { RemovalHandler } from '../removal/removal.handler.ts';

/** Keeps routing's copy of the directory. */
export class DirectoryListener {
  constructor(
    private readonly database: RoutingDatabase,
    private readonly directory: Pick<DirectoryStore, 'apply'>,
    private readonly removal: Pick<RemovalHandler, 'agentDeactivated' | 'teamDeleted'>,
  ) {}

  async take(told: Told<{ type: string }>): Promise<Taken> {
    const events = eventsOf(DirectoryEvent, told);
    const taken = await once(this.database, told, async (tx) => {
      for (const event of events) await this.directory.apply(tx, told.account, event);
    });
    // of a duplicate too: the effect on calls may have been lost with a process
    if (taken !== 'gap') for (const event of events) await this.affectCalls(told.account, event);
    return taken;
  }

  private async affectCalls(account: string, event: DirectoryEvent): Promise<void> {
    if (event.type === 'agent.deactivated') await this.removal.agentDeactivated(account, event.agentId);
    if (event.type === 'team.deleted') await this.removal.teamDeleted(account, event.teamId);
  }
}
