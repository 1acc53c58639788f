import { Wiring, type Told } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import { once, type Taken } from '@cordboard/platform-messaging';
import type { Switchboard } from '../switchboard/switchboard.ts';
import type { KnownWiring, WiringStore } from '../switchboard/wirings.store.ts';

/** Hears what routing decided. The picture is kept in the transaction that notes the event as taken, and acted upon after it. */
export class RoutingListener {
  constructor(
    private readonly database: Database,
    private readonly wirings: WiringStore,
    private readonly switchboard: Switchboard,
  ) {}

  readonly take = async (told: Told<{ type: string }>): Promise<Taken> => {
    const known = lastWiring(told);
    const taken = await once(this.database, told, async (tx) => {
      if (known) await this.wirings.save(tx, known);
    });
    if (taken === 'applied' && known) this.switchboard.follow(known);
    return taken;
  };
}

/** Each wiring is the whole picture, so the last one is all that counts. */
function lastWiring(told: Told<{ type: string; wiring?: unknown }>): KnownWiring | undefined {
  const event = told.events.findLast(({ type }) => type === 'wiring.changed');
  return event && { account: told.account, seq: told.seq, wiring: Wiring.parse(event.wiring) };
}
