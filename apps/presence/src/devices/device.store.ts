import type { SignedOut } from '@cordboard/domain-presence';
import type { Sql } from '@cordboard/platform-database';
import type { PresenceDatabase } from '../database.store.ts';

/** A lost socket's device lives on for this long, in seconds (D15). */
const GRACE = 15;

/** How a device's connection is, in its app's words. */
export interface ConnectionReport {
  readonly appVersion: string | null;
  readonly rttMs: number | null;
  readonly jitterMs: number | null;
  readonly packetLoss: number | null;
}

/** A device with its last report. */
export interface DeviceRow extends ConnectionReport {
  readonly id: string;
  readonly openedAt: string;
  readonly lostAt: string | null;
  readonly reportedAt: string | null;
}

export interface SocketOf {
  readonly account: string;
  readonly agentId: string;
  readonly deviceId: string;
  readonly nodeId: string;
}

/** Apps that agents can be reached on. */
export class DeviceStore {
  constructor(private readonly database: PresenceDatabase) {}

  /** The same device may have been lost, here or elsewhere: it is here now, with what it last reported. */
  async open(tx: Sql, { agentId, deviceId, nodeId, account }: SocketOf): Promise<void> {
    await tx.query('DELETE FROM timer WHERE id = $1', timerOf(agentId, deviceId));
    await tx.query(
      `INSERT INTO device (node_id, device_id, agent_id) SELECT $1, $2, id FROM agent WHERE id = $3 AND account = $4
       ON CONFLICT (agent_id, device_id) DO UPDATE SET node_id = excluded.node_id, opened_at = excluded.opened_at, lost_at = NULL`,
      nodeId,
      deviceId,
      agentId,
      account,
    );
  }

  async close(
    tx: Sql,
    { agentId, deviceId, nodeId, account }: SocketOf,
    { clean, tokenEnds }: { readonly clean: boolean; readonly tokenEnds: string | null },
  ): Promise<void> {
    if (clean) await tx.query('DELETE FROM device WHERE agent_id = $1 AND device_id = $2 AND node_id = $3', agentId, deviceId, nodeId);
    else {
      const lost = await tx.query<LostRow>(
        `UPDATE device SET lost_at = clock_timestamp() WHERE agent_id = $1 AND device_id = $2 AND node_id = $3 AND lost_at IS NULL
         RETURNING node_id, device_id, agent_id`,
        agentId,
        deviceId,
        nodeId,
      );
      await expire(tx, account, lost, tokenEnds);
    }
  }

  /** A device whose grace is over. */
  async forget(tx: Sql, { agentId, deviceId }: SocketOf): Promise<void> {
    await tx.query('DELETE FROM device WHERE agent_id = $1 AND device_id = $2 AND lost_at IS NOT NULL', agentId, deviceId);
  }

  /** The agent's devices whose sockets are lost go before their grace is over. */
  async forgetLost(tx: Sql, agentId: string): Promise<void> {
    const gone = await tx.query<{ id: string }>(
      'DELETE FROM device WHERE agent_id = $1 AND lost_at IS NOT NULL RETURNING device_id AS id',
      agentId,
    );
    const timers = gone.map(({ id }) => timerOf(agentId, id));
    await tx.query('DELETE FROM timer WHERE id = ANY($1::text[])', timers);
  }

  /** Every device of the agent but one goes at once, lost ones too. */
  async signOut(tx: Sql, agentId: string, but: string | null): Promise<readonly SignedOut[]> {
    const gone = await tx.query<SignedOut>(
      'DELETE FROM device WHERE agent_id = $1 AND device_id IS DISTINCT FROM $2::text RETURNING device_id AS "deviceId", node_id AS "nodeId"',
      agentId,
      but,
    );
    const timers = gone.map(({ deviceId }) => timerOf(agentId, deviceId));
    await tx.query('DELETE FROM timer WHERE id = ANY($1::text[])', timers);
    return gone;
  }

  /** Keeps how the device's connection is; it replaces what it reported before. @returns whether there is such a device */
  async report(account: string, agentId: string, deviceId: string, report: ConnectionReport): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE device SET app_version = $4, rtt_ms = $5::float8, jitter_ms = $6::float8, packet_loss = $7::float8, reported_at = clock_timestamp()
       WHERE agent_id = $2 AND device_id = $3 AND EXISTS (SELECT 1 FROM agent WHERE id = $2 AND account = $1) RETURNING 1`,
      account,
      agentId,
      deviceId,
      report.appVersion,
      report.rttMs,
      report.jitterMs,
      report.packetLoss,
    );
    return rows.length > 0;
  }

  async hasLive(tx: Sql, agentId: string): Promise<boolean> {
    const rows = await tx.query(
      'SELECT 1 FROM device WHERE agent_id = $1 AND (lost_at IS NULL OR lost_at > clock_timestamp() - make_interval(secs => $2)) LIMIT 1',
      agentId,
      GRACE,
    );
    return rows.length > 0;
  }

  async of(account: string, agentId: string): Promise<DeviceRow[]> {
    const rows = await this.database.query<
      Omit<DeviceRow, 'openedAt' | 'lostAt' | 'reportedAt'> & Record<'openedAt', Date> & Record<'lostAt' | 'reportedAt', Date | null>
    >(
      `SELECT d.device_id AS id, d.opened_at AS "openedAt", d.lost_at AS "lostAt", d.app_version AS "appVersion", d.rtt_ms AS "rttMs", d.jitter_ms AS "jitterMs",
         d.packet_loss AS "packetLoss", d.reported_at AS "reportedAt"
       FROM device d JOIN agent a ON a.id = d.agent_id WHERE a.account = $1 AND a.id = $2 ORDER BY d.opened_at, d.device_id`,
      account,
      agentId,
    );
    return rows.map((row) => ({
      ...row,
      openedAt: row.openedAt.toISOString(),
      lostAt: row.lostAt?.toISOString() ?? null,
      reportedAt: row.reportedAt?.toISOString() ?? null,
    }));
  }
}

/** In the transaction that has lost them: when their grace is over they are forgotten. @param atLast when it is over at the latest, ISO 8601 */
export async function expire(tx: Sql, account: string, rows: readonly LostRow[], atLast: string | null = null): Promise<void> {
  for (const { node_id, device_id, agent_id } of rows)
    await tx.query(
      'INSERT INTO timer (id, due_at, subject, body) VALUES ($1, LEAST(clock_timestamp() + make_interval(secs => $2), $5::timestamptz), $3, $4::jsonb) ON CONFLICT (id) DO NOTHING',
      timerOf(agent_id, device_id),
      GRACE,
      agent_id,
      JSON.stringify({ kind: 'device', account, agentId: agent_id, nodeId: node_id, deviceId: device_id }),
      atLast,
    );
}

/** The timer of a lost device's grace. */
const timerOf = (agentId: string, deviceId: string): string => `device-${agentId}-${deviceId}`;

/** A device whose socket is gone without a goodbye. */
export interface LostRow {
  readonly node_id: string;
  readonly device_id: string;
  readonly agent_id: string;
}
