import { DirectoryEvent, eventsOf, type Told } from '@cordboard/contracts';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { Changed } from '../agents/presence.handler.ts';
import type { PresenceStore } from '../agents/presence.store.ts';
import type { PresenceDatabase } from '../database.store.ts';
import type { DeviceHandler } from '../devices/device.handler.ts';

/** Who there is, in which team, how long wrap-up takes, and whose tokens are not taken any more. */
export class DirectoryListener {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly store: PresenceStore,
    private readonly devices: DeviceHandler,
  ) {}

  async take(told: Told<{ type: string }>): Promise<Taken> {
    const changes: Changed[] = [];
    const taken = await once(this.database, told, async (tx) => {
      for (const event of eventsOf(DirectoryEvent, told)) {
        if (event.type === 'agent.saved') await this.store.know(tx, told.account, event.agent.id, event.agent.name);
        if (event.type === 'team.saved') await this.store.put(tx, told.account, 'team', event.team.id, event.team);
        if (event.type === 'policy.saved') await this.store.put(tx, told.account, 'policy', told.account, event.policy);
        if (event.type === 'agent.tokensRevoked')
          changes.push(await this.devices.tokensRevoked(tx, { account: told.account, agentId: event.agentId, at: told.at }));
      }
    });
    await this.devices.afterwards(changes);
    return taken;
  }
}
