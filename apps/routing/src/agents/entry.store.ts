import { searchText } from '@cordboard/domain-transfer';
import type { ContactEntry, DirectoryEvent, NumberEntry, TeamEntry } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import { destinationOf } from './destination.ts';
import { searchedAs } from './phone-number.ts';

/** Keeps what the directory told, so that it is found by id, by name and by phone number. */
export async function saveEntry(sql: Sql, account: string, event: DirectoryEvent): Promise<void> {
  const put = (kind: string, id: string, body: object, by: Found): Promise<void> => save(sql, { account, kind, id, body, ...by });
  switch (event.type) {
    case 'agent.saved':
      return put('agent', event.agent.id, event.agent, {
        name: event.agent.name,
        search: searchText(event.agent.name, event.agent.extension),
      });
    case 'team.saved':
      await put('team', event.team.id, event.team, { name: event.team.name, search: searchText(event.team.name) });
      return saveMembers(sql, account, event.team);
    case 'number.saved': {
      const { id, label, e164 } = event.number;
      await put('number', id, event.number, { name: label, e164, search: searchText(label, ...searchedAs(e164)) });
      return adopt(sql, account, event.number);
    }
    case 'contact.saved': {
      const { id, name, e164 } = event.contact;
      const numberId = await numberOf(sql, account, event.contact);
      const leadsTo = numberId === null ? countryOf(e164) : 'NUMBER';
      return put('contact', id, event.contact, { name, e164, search: searchText(name, ...searchedAs(e164)), numberId, leadsTo });
    }
    case 'agent.tokensRevoked':
      return;
    case 'agent.deactivated':
      return forget(sql, account, 'agent', event.agentId);
    case 'team.deleted':
      await sql.query('DELETE FROM team_member WHERE account = $1 AND team_id = $2', account, event.teamId);
      return forget(sql, account, 'team', event.teamId);
    case 'number.deleted':
      await leadOutside(sql, account, event.numberId);
      return forget(sql, account, 'number', event.numberId);
    case 'contact.deleted':
      return forget(sql, account, 'contact', event.contactId);
    case 'policy.saved':
      return put('policy', account, event.policy, { name: '', search: '' });
  }
}

interface Found {
  readonly name: string;
  readonly search: string;
  readonly e164?: string;
  readonly numberId?: string | null;
  /** Of a contact: NUMBER, its outside number's country, WORLD where that has none, NOWHERE where it cannot exist. */
  readonly leadsTo?: string;
}

async function save(sql: Sql, o: Found & { account: string; kind: string; id: string; body: object }): Promise<void> {
  await sql.query(
    `INSERT INTO directory_entry (account, kind, id, name, e164, body, search, number_id, leads_to) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9)
     ON CONFLICT (account, kind, id) DO UPDATE SET name = excluded.name, e164 = excluded.e164, body = excluded.body, search = excluded.search, number_id = excluded.number_id, leads_to = excluded.leads_to`,
    o.account,
    o.kind,
    o.id,
    o.name,
    o.e164 ?? null,
    JSON.stringify(o.body),
    o.search,
    o.numberId ?? null,
    o.leadsTo ?? null,
  );
}

async function forget(sql: Sql, account: string, kind: string, id: string): Promise<void> {
  await sql.query('DELETE FROM directory_entry WHERE account = $1 AND kind = $2 AND id = $3', account, kind, id);
}

async function saveMembers(sql: Sql, account: string, team: TeamEntry): Promise<void> {
  await sql.query('DELETE FROM team_member WHERE account = $1 AND team_id = $2 AND agent_id <> ALL($3)', account, team.id, team.memberIds);
  await sql.query(
    'INSERT INTO team_member (account, team_id, agent_id) SELECT $1, $2, id FROM unnest($3::text[]) AS m(id) ON CONFLICT DO NOTHING',
    account,
    team.id,
    team.memberIds,
  );
}

/** Contacts with this phone number were there before it became the account's: they stand for the Number now. */
async function adopt(sql: Sql, account: string, number: NumberEntry): Promise<void> {
  await sql.query(
    `UPDATE directory_entry SET number_id = $2, leads_to = 'NUMBER' WHERE account = $1 AND kind = 'contact' AND e164 = $3 AND number_id IS DISTINCT FROM $2`,
    account,
    number.id,
    number.e164,
  );
}

/** Contacts that stood for this Number: their phone number is an outside one, whichever is heard of first. */
async function leadOutside(sql: Sql, account: string, numberId: string): Promise<void> {
  const [number] = await sql.query<{ e164: string }>(
    `SELECT e164 FROM directory_entry WHERE account = $1 AND kind = 'number' AND id = $2`,
    account,
    numberId,
  );
  await sql.query(
    `UPDATE directory_entry SET number_id = NULL, leads_to = $3 WHERE account = $1 AND kind = 'contact' AND number_id = $2`,
    account,
    numberId,
    number ? countryOf(number.e164) : 'NOWHERE',
  );
}

/** The Number that a contact stands for, be it that the directory made the Number after it told of the contact. */
async function numberOf(sql: Sql, account: string, contact: ContactEntry): Promise<string | null> {
  if (contact.numberId !== null) return contact.numberId;
  const [number] = await sql.query<{ id: string }>(
    `SELECT id FROM directory_entry WHERE account = $1 AND kind = 'number' AND e164 = $2`,
    account,
    contact.e164,
  );
  return number?.id ?? null;
}

const countryOf = (e164: string): string => {
  const { valid, country } = destinationOf(e164, null);
  return valid ? (country ?? 'WORLD') : 'NOWHERE';
};
