import type { Sql } from '@cordboard/platform-database';
import type { PresenceDatabase } from '../database.store.ts';

/** A lost socket's device lives on for this long, in seconds (D15). */
const GRACE = 15;
/** A gateway replica that has not renewed its lease for this long is gone, in seconds. */
const LEASE = 8;

export interface SocketOf {
  readonly account: string;
  readonly agentId: string;
  readonly deviceId: string;
  readonly nodeId: string;
}

/** What agents can be reached on, and the leases of the gateway replicas that hold the sockets. */
export class DeviceStore {
  constructor(private readonly database: PresenceDatabase) {}

  /** The same device may have been lost elsewhere: it is here now. */
  async open(tx: Sql, { agentId, deviceId, nodeId, account }: SocketOf): Promise<void> {
    await tx.query(
      "DELETE FROM timer WHERE id IN (SELECT 'device-' || node_id || '-' || device_id FROM device WHERE agent_id = $1 AND device_id = $2)",
      agentId,
      deviceId,
    );
    await tx.query('DELETE FROM device WHERE agent_id = $1 AND device_id = $2', agentId, deviceId);
    await tx.query(
      'INSERT INTO device (node_id, device_id, agent_id) SELECT $1, $2, id FROM agent WHERE id = $3 AND account = $4',
      nodeId,
      deviceId,
      agentId,
      account,
    );
  }

  async close(tx: Sql, { agentId, deviceId, nodeId, account }: SocketOf, clean: boolean): Promise<void> {
    if (clean) await tx.query('DELETE FROM device WHERE node_id = $1 AND device_id = $2 AND agent_id = $3', nodeId, deviceId, agentId);
    else {
      await tx.query(
        'UPDATE device SET lost_at = coalesce(lost_at, clock_timestamp()) WHERE node_id = $1 AND device_id = $2 AND agent_id = $3',
        nodeId,
        deviceId,
        agentId,
      );
      await this.expire(tx, account, [{ node_id: nodeId, device_id: deviceId, agent_id: agentId }]);
    }
  }

  /** A device whose grace is over. */
  async forget(tx: Sql, nodeId: string, deviceId: string): Promise<void> {
    await tx.query('DELETE FROM device WHERE node_id = $1 AND device_id = $2 AND lost_at IS NOT NULL', nodeId, deviceId);
  }

  async reachable(tx: Sql, agentId: string): Promise<boolean> {
    const rows = await tx.query(
      'SELECT 1 FROM device WHERE agent_id = $1 AND (lost_at IS NULL OR lost_at > clock_timestamp() - make_interval(secs => $2)) LIMIT 1',
      agentId,
      GRACE,
    );
    return rows.length > 0;
  }

  async of(account: string, agentId: string): Promise<{ id: string; openedAt: string; lostAt: string | null }[]> {
    const rows = await this.database.query<{ id: string; opened: Date; lost: Date | null }>(
      'SELECT d.device_id AS id, d.opened_at AS opened, d.lost_at AS lost FROM device d JOIN agent a ON a.id = d.agent_id WHERE a.account = $1 AND a.id = $2 ORDER BY d.opened_at',
      account,
      agentId,
    );
    return rows.map((row) => ({ id: row.id, openedAt: row.opened.toISOString(), lostAt: row.lost?.toISOString() ?? null }));
  }

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
      for (const row of lost) await this.expire(tx, row.account, [row]);
    });
  }

  private async expire(tx: Sql, account: string, rows: readonly LostRow[]): Promise<void> {
    for (const { node_id, device_id, agent_id } of rows)
      await tx.query(
        'INSERT INTO timer (id, due_at, subject, body) VALUES ($1, clock_timestamp() + make_interval(secs => $2), $3, $4::jsonb) ON CONFLICT (id) DO NOTHING',
        `device-${node_id}-${device_id}`,
        GRACE,
        agent_id,
        JSON.stringify({ kind: 'device', account, agentId: agent_id, nodeId: node_id, deviceId: device_id }),
      );
  }
}

interface LostRow {
  readonly node_id: string;
  readonly device_id: string;
  readonly agent_id: string;
}
