import { eventsOf, PhonesFact, type Told } from '@cordboard/contracts';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { Changed } from '../agents/presence.handler.ts';
import type { PresenceDatabase } from '../database.store.ts';
import type { DeviceHandler } from '../devices/device.handler.ts';

/** What telephony said: of it, what agents' phones do. */
export const takeTelephony =
  (database: PresenceDatabase, devices: DeviceHandler) =>
  async (told: Told<{ type: string }>): Promise<Taken> => {
    const facts = eventsOf(PhonesFact, told);
    if (facts.length === 0) return 'applied'; // of the many messages about legs not even the place is kept
    const changes: Changed[] = [];
    const taken = await once(database, told, async (tx) => {
      for (const fact of facts) changes.push(await devices.phonesChanged(tx, { account: told.account, at: told.at, ...fact }));
    });
    await devices.afterwards(changes);
    return taken;
  };
