import type { Phone, PhonesFact } from '@cordboard/contracts';
import type { Database } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';

/** Agents' phones as they were last told. */
export class PhoneStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  async agents(): Promise<readonly string[]> {
    const rows = await this.database.query<{ agent_id: string }>("SELECT agent_id FROM agent_phones WHERE phones <> '[]'::jsonb");
    return rows.map(({ agent_id }) => agent_id);
  }

  /** @param now the agent's phones, given those of before @returns what is to be published; undefined: nothing has changed */
  save(account: string, agentId: string, now: (before: readonly Phone[]) => readonly Phone[]): Promise<OutboxRow | undefined> {
    return this.database.transaction(async (tx) => {
      await tx.query('INSERT INTO agent_phones (agent_id, account) VALUES ($1, $2) ON CONFLICT (agent_id) DO NOTHING', agentId, account);
      const [row] = await tx.query<{ phones: Phone[]; told: number }>(
        'SELECT phones, told FROM agent_phones WHERE agent_id = $1 FOR UPDATE',
        agentId,
      );
      const { phones: before, told } = row ?? { phones: [], told: 0 };
      const phones = [...now(before)];
      if (isSame(before, phones)) return undefined;
      await tx.query('UPDATE agent_phones SET phones = $2::jsonb, told = told + 1 WHERE agent_id = $1', agentId, JSON.stringify(phones));
      const fact: PhonesFact = { type: 'phones.changed', agentId, phones };
      return this.outbox.add(tx, { account, key: `phones-${agentId}`, from: told + 1, seq: told + 1, events: [fact] });
    });
  }
}

const isSame = (one: readonly Phone[], other: readonly Phone[]): boolean =>
  one.length === other.length &&
  one.every(({ name, state, since }, i) => other[i]?.name === name && other[i].state === state && other[i].since === since);
