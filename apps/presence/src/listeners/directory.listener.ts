import { DirectoryEvent, eventsOf, type Told } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
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
        const changed = await this.apply(tx, told, event);
        if (changed) changes.push(changed);
      }
    });
    await this.devices.afterwards(changes);
    return taken;
  }

  /** @returns what it made of an agent's presence, if anything */
  private async apply(tx: Sql, { account, at }: Told<unknown>, event: DirectoryEvent): Promise<Changed | null> {
    switch (event.type) {
      case 'agent.saved':
        await this.store.know(tx, account, event.agent.id, event.agent.name);
        await this.store.setActive(tx, account, event.agent.id, true);
        return null;
      case 'agent.deactivated': // D18
        await this.store.setActive(tx, account, event.agentId, false);
        return this.devices.deactivated(tx, { account, agentId: event.agentId, at });
      case 'agent.tokensRevoked':
        return this.devices.tokensRevoked(tx, { account, agentId: event.agentId, at });
      case 'team.saved':
        await this.store.put(tx, account, 'team', event.team.id, event.team);
        return null;
      case 'team.deleted':
        await this.store.deleteTeam(tx, account, event.teamId);
        return null;
      case 'policy.saved':
        await this.store.put(tx, account, 'policy', account, event.policy);
        return null;
      case 'number.saved':
      case 'number.deleted':
      case 'contact.saved':
      case 'contact.deleted':
        return null;
    }
  }
}
