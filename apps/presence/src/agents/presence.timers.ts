import type { DueTimer, Sql } from '@cordboard/platform-database';
import { z } from 'zod';
import type { DeviceHandler } from '../devices/device.handler.ts';
import type { PresenceHandler } from './presence.handler.ts';
import type { PresenceStore } from './presence.store.ts';

const whose = { account: z.string(), agentId: z.string() };
const Body = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('wrap-up'), ...whose, callId: z.string() }),
  z.object({ kind: z.literal('device'), ...whose, nodeId: z.string(), deviceId: z.string() }),
]);

/** Wrap-up that runs out, and the grace of lost devices. Each ends its timer in the transaction of its effect. */
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
      case 'wrap-up': {
        const at = new Date().toISOString();
        await this.presence.change({
          account: body.account,
          agentId: body.agentId,
          at,
          commands: async (tx) => {
            await endTimer(tx);
            return [{ type: 'endWrapUp', callId: body.callId, at }];
          },
        });
      }
    }
  }
}
