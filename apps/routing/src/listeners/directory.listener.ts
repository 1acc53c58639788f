import { DirectoryEvent, eventsOf, type Told } from '@cordboard/contracts';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { DirectoryStore } from '../agents/directory.store.ts';
import type { RoutingDatabase } from '../database.store.ts';

/** Keeps routing's copy of the directory. */
export class DirectoryListener {
  constructor(
    private readonly database: RoutingDatabase,
    private readonly directory: DirectoryStore,
  ) {}

  take(told: Told<{ type: string }>): Promise<Taken> {
    return once(this.database, told, async (tx) => {
      for (const event of eventsOf(DirectoryEvent, told)) await this.directory.apply(tx, told.account, event);
    });
  }
}
