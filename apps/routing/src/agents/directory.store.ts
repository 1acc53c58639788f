import { ContactEntry, NumberEntry, TeamEntry, type DirectoryEvent, type PolicyEntry } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { RoutingDatabase } from '../database.store.ts';
import { policyOf, searchable, type AgentStore } from './agent.store.ts';

/** What the directory told of teams, Numbers, contacts and policy: a copy, so that calls are routed while the directory is away. */
export class DirectoryStore {
  constructor(
    private readonly database: RoutingDatabase,
    private readonly agents: AgentStore,
  ) {}

  async apply(sql: Sql, account: string, event: DirectoryEvent): Promise<void> {
    switch (event.type) {
      case 'agent.saved':
        return this.agents.save(sql, account, event.agent);
      case 'team.saved':
        return put(sql, account, 'team', event.team.id, event.team.name, null, event.team);
      case 'number.saved':
        return put(sql, account, 'number', event.number.id, event.number.label, event.number.e164, event.number);
      case 'contact.saved':
        return put(sql, account, 'contact', event.contact.id, event.contact.name, event.contact.e164, event.contact);
      case 'contact.deleted':
        await sql.query(`DELETE FROM directory_entry WHERE account = $1 AND kind = 'contact' AND id = $2`, account, event.contactId);
        return;
      case 'policy.saved':
        return put(sql, account, 'policy', account, '', null, event.policy);
    }
  }

  async policy(account: string): Promise<PolicyEntry> {
    const [row] = await this.database.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'policy' AND id = $1`,
      account,
    );
    return policyOf(row?.body);
  }

  async team(account: string, id: string): Promise<TeamEntry | null> {
    const [row] = await this.database.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'team' AND id = $2`,
      account,
      id,
    );
    return row ? TeamEntry.parse(row.body) : null;
  }

  async teamsByName(account: string, search: string): Promise<readonly TeamEntry[]> {
    const rows = await this.database.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'team' ORDER BY name, id`,
      account,
    );
    return rows.map((row) => TeamEntry.parse(row.body)).filter((team) => searchable(team.name).includes(search));
  }

  /** The account's Number with this phone number, and whose it is. */
  async numberDialled(account: string, e164: string): Promise<NumberEntry | null> {
    const [row] = await this.database.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'number' AND e164 = $2`,
      account,
      e164,
    );
    return row ? NumberEntry.parse(row.body) : null;
  }

  async contact(account: string, id: string): Promise<ContactEntry | null> {
    const [row] = await this.database.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'contact' AND id = $2`,
      account,
      id,
    );
    return row ? ContactEntry.parse(row.body) : null;
  }
}

const put = async (sql: Sql, account: string, kind: string, id: string, name: string, e164: string | null, body: object): Promise<void> => {
  await sql.query(
    'INSERT INTO directory_entry (account, kind, id, name, e164, body) VALUES ($1, $2, $3, $4, $5, $6::jsonb) ON CONFLICT (account, kind, id) DO UPDATE SET name = excluded.name, e164 = excluded.e164, body = excluded.body',
    account,
    kind,
    id,
    name,
    e164,
    JSON.stringify(body),
  );
};
