import type { PresenceDatabase } from '../database.store.ts';
import { expire, type LostRow } from './device.store.ts';

/** A gateway replica that has not renewed its lease for this long is gone, in seconds. */
const LEASE = 8;

/** The leases of the gateway replicas that hold the sockets. */
export class LeaseStore {
  constructor(private readonly database: PresenceDatabase) {}

  /** @returns whether the replica was known: if not, its sockets must be told again */
  async renew(nodeId: string): Promise<boolean> {
    const [row] = await this.database.query<{ fresh: boolean }>(
      'INSERT INTO node (id, leased_until) VALUES ($1, clock_timestamp() + make_interval(secs => $2)) ON CONFLICT (id) DO UPDATE SET leased_until = excluded.leased_until RETURNING (xmax = 0) AS fresh',
      nodeId,
      LEASE,
    );
    return row?.fresh === false;
  }

  /** Takes the lease of every replica that let it run out: all its sockets are lost at once. */
  async loseExpiredNodes(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const nodes = await tx.query<{ id: string }>(
        'DELETE FROM node WHERE id IN (SELECT id FROM node WHERE leased_until < clock_timestamp() FOR UPDATE SKIP LOCKED) RETURNING id',
      );
      if (nodes.length === 0) return;
      const lost = await tx.query<LostRow & { account: string }>(
        'UPDATE device d SET lost_at = clock_timestamp() FROM agent a WHERE a.id = d.agent_id AND d.lost_at IS NULL AND d.node_id = ANY($1) RETURNING d.node_id, d.device_id, d.agent_id, a.account',
        nodes.map((node) => node.id),
      );
      for (const row of lost) await expire(tx, row.account, [row]);
    });
  }
}
