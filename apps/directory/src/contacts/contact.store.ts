import { plain, soughtIn, type Contact } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import { containing } from '../search.ts';

/** A contact as the directory keeps it. */
export type ContactRow = Contact & { readonly search: string };

const COLUMNS = 'id, account, name, e164, number_id AS "numberId", search';

export class ContactStore {
  constructor(private readonly sql: Sql) {}

  byIds(account: string, ids: readonly string[]): Promise<ContactRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM contact WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  /** By name; `after` is the place (search, id) behind which to begin. */
  list(o: { account: string; search: string; limit: number; after: readonly string[] | null }): Promise<ContactRow[]> {
    return this.sql.query(
      `SELECT ${COLUMNS} FROM contact
       WHERE account = $1 AND search LIKE $2 AND ($3::text IS NULL OR (search, id) > ($3, $4::text))
       ORDER BY search, id LIMIT $5`,
      o.account,
      containing(soughtIn(o.search)),
      o.after?.[0] ?? null,
      o.after?.[1] ?? null,
      o.limit,
    );
  }

  /** The contact, whosever it is, kept from others until the transaction ends. */
  async take(tx: Sql, id: string): Promise<ContactRow | null> {
    return (await tx.query<ContactRow>(`SELECT ${COLUMNS} FROM contact WHERE id = $1 FOR UPDATE`, id))[0] ?? null;
  }

  /** @returns the contact as it is kept, and the number of the message that tells of it */
  async save(tx: Sql, contact: Contact): Promise<ContactRow & { readonly seq: number }> {
    const [row] = await tx.query<ContactRow & { seq: number }>(
      `INSERT INTO contact (id, account, name, e164, number_id, search, seq) VALUES ($1, $2, $3, $4, $5, $6, 1)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, e164 = excluded.e164, number_id = excluded.number_id, search = excluded.search, seq = contact.seq + 1
       RETURNING ${COLUMNS}, seq`,
      contact.id,
      contact.account,
      contact.name,
      contact.e164,
      contact.numberId,
      `${plain(contact.name)} ${contact.e164}`,
    );
    if (!row) throw new Error(`contact ${contact.id} was not saved`);
    return row;
  }

  /** @returns the number of the message that tells of it: the last about this contact */
  async delete(tx: Sql, id: string): Promise<number> {
    const [row] = await tx.query<{ seq: number }>('DELETE FROM contact WHERE id = $1 RETURNING seq + 1 AS seq', id);
    if (!row) throw new Error(`contact ${id} was not there to delete`);
    return row.seq;
  }
}
