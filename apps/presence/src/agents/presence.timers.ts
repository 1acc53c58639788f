import type { PresenceCommand } from '@cordboard/domain-presence';
import type { DueTimer, Sql } from '@cordboard/platform-database';
import { z } from 'zod';
import type { DeviceHandler } from '../devices/device.handler.ts';
import type { PresenceHandler } from './presence.handler.ts';
import type { PresenceStore } from './presence.store.ts';

const whose = { account: z.string(), agentId: z.string() };
const Body = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('wrap-up'), ...whose, callId: z.string(), until: z.string() }),
  z.object({ kind: z.literal('busy'), ...whose, until: z.string() }),
  z.object({ kind: z.literal('device'), ...whose, nodeId: z.string(), deviceId: z.string() }),
]);

/** Wrap-up that runs out, being busy after a transfer, and the grace of lost devices. Each ends its timer in the transaction of its effect. */
export class PresenceTimers {
  constructor(
    private readonly presence: PresenceHandler,
    private readonly store: PresenceStore,
    private readonly devices: DeviceHandler,
  ) {}

  async fire(timer: DueTimer): Promise<void> {
    const body = Body.parse(timer.body);
    const endTimer = (tx: Sql): Promise<void> => this.store.endTimer(tx, timer.id);
    switch (body.kind) {
      case 'device':
        return this.devices.graceOver(body, endTimer);
      case 'wrap-up':
        return this.change(body, endTimer, (at) => ({ type: 'wrapUpTimeUp', callId: body.callId, until: body.until, at }));
      case 'busy':
        return this.change(body, endTimer, (at) => ({ type: 'busyTimeUp', until: body.until, at }));
    }
  }

  private async change(
    { account, agentId }: { account: string; agentId: string },
    endTimer: (tx: Sql) => Promise<void>,
    command: (at: string) => PresenceCommand,
  ): Promise<void> {
    const at = new Date().toISOString();
    const commands = async (tx: Sql) => {
      await endTimer(tx);
      return [command(at)];
    };
    await this.presence.change({ account, agentId, at, commands });
  }
}
