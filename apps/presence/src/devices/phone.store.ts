import type { Phone, PhoneState } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { PresenceDatabase } from '../database.store.ts';

/** Agents' phones, as telephony last told of them. */
export class PhoneStore {
  constructor(private readonly database: PresenceDatabase) {}

  async save(tx: Sql, account: string, agentId: string, phones: readonly Phone[]): Promise<void> {
    await tx.query(
      `INSERT INTO agent_phones (agent_id, account, phones) VALUES ($1, $2, $3::jsonb)
       ON CONFLICT (agent_id) DO UPDATE SET account = excluded.account, phones = excluded.phones`,
      agentId,
      account,
      JSON.stringify(phones),
    );
  }

  async states(tx: Sql, account: string, agentId: string): Promise<readonly PhoneState[]> {
    return (await read(tx, account, agentId)).map(({ state }) => state);
  }

  of(account: string, agentId: string): Promise<readonly Phone[]> {
    return read(this.database, account, agentId);
  }
}

async function read(sql: Sql, account: string, agentId: string): Promise<readonly Phone[]> {
  const [row] = await sql.query<{ phones: Phone[] }>(
    'SELECT phones FROM agent_phones WHERE account = $1 AND agent_id = $2',
    account,
    agentId,
  );
  return row?.phones ?? [];
}
