import { plain, soughtIn, type Contact } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import { oneAtATime } from '../administration/administration.store.ts';
import { containing } from '../search.ts';

/** A contact as the directory keeps it. */
export type ContactRow = Contact & { readonly search: string };

const COLUMNS = 'id, account, name, e164, number_id AS "numberId", search';

export class ContactStore {
  constructor(private readonly sql: Sql) {}

  byIds(account: string, ids: readonly string[]): Promise<ContactRow[]> {
    return this.sql.query(`SELECT ${COLUMNS} FROM contact WHERE account = $1 AND id = ANY($2::text[])`, account, ids);
  }

  /** By name, those that hold every part of what is sought; `after` is the place (search, id) behind which to begin. */
  list(o: { account: string; search: string; limit: number; after: readonly string[] | null }): Promise<ContactRow[]> {
    const parts = soughtIn(o.search).map(containing);
    return this.sql.query(
      `SELECT ${COLUMNS} FROM contact
       WHERE account = $1 AND ($2::text IS NULL OR (search, id) > ($2, $3::text)) ${parts.map((_, i) => `AND lower(search) LIKE $${i + 5}`).join(' ')}
       ORDER BY search, id LIMIT $4`,
      o.account,
      o.after?.[0] ?? null,
      o.after?.[1] ?? null,
      o.limit,
      ...parts,
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

  /** Saves many that are new in one statement: without looking for conflicts it costs less than `saveAll`. @returns them, with their messages' numbers */
  async insertAll(tx: Sql, contacts: readonly Contact[]): Promise<(Contact & { readonly seq: number })[]> {
    if (contacts.length === 0) return [];
    await tx.query(
      `INSERT INTO contact (id, account, name, e164, number_id, search, seq)
       SELECT *, 1 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
      ...columnsOf(contacts),
    );
    return contacts.map((contact) => ({ ...contact, seq: 1 }));
  }

  /** As `save`, for many in one statement. */
  async saveAll(tx: Sql, contacts: readonly Contact[]): Promise<(Contact & { readonly seq: number })[]> {
    if (contacts.length === 0) return [];
    const rows = await tx.query<{ id: string; seq: number }>(
      `INSERT INTO contact (id, account, name, e164, number_id, search, seq)
       SELECT *, 1 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, e164 = excluded.e164, number_id = excluded.number_id, search = excluded.search, seq = contact.seq + 1
       RETURNING id, seq`,
      ...columnsOf(contacts),
    );
    const seqs = new Map(rows.map(({ id, seq }) => [id, seq]));
    return contacts.map((contact) => ({ ...contact, seq: seqs.get(contact.id) ?? 0 }));
  }

  /**
   * What the account has of these phone numbers: its own Number, and the contact, that of the same name first. Until the transaction
   * ends nobody else imports into the account, and the contacts are kept from others.
   */
  async known(
    tx: Sql,
    account: string,
    wanted: readonly { readonly e164: string; readonly name: string }[],
  ): Promise<ReadonlyMap<string, { readonly numberId: string | null; readonly existing: Contact | null }>> {
    await oneAtATime(tx, `importing contacts into ${account}`);
    const rows = await tx.query<{ e164: string; numberId: string | null; id: string | null; name: string; stands: string | null }>(
      `SELECT wanted.e164, number.id AS "numberId", contact.id, contact.name, contact.number_id AS stands
       FROM (SELECT DISTINCT ON (e164) * FROM unnest($2::text[], $3::text[]) AS t(e164, name)) AS wanted
       LEFT JOIN number ON number.account = $1 AND number.e164 = wanted.e164 AND number.deleted_at IS NULL
       LEFT JOIN LATERAL (SELECT id, name, number_id FROM contact WHERE account = $1 AND e164 = wanted.e164
                          ORDER BY (name = wanted.name) DESC, search, id LIMIT 1 FOR UPDATE) AS contact ON true`,
      account,
      wanted.map(({ e164 }) => e164),
      wanted.map(({ name }) => name.replace(/\0/g, '')),
    );
    return new Map(
      rows.map(({ e164, numberId, id, name, stands }) => [
        e164,
        { numberId, existing: id === null ? null : { id, account, name, e164, numberId: stands } },
      ]),
    );
  }

  /** The contacts of a phone number that has become a Number of the account. @returns them, with their messages' numbers */
  async standFor(tx: Sql, account: string, e164: string, numberId: string): Promise<(Contact & { readonly seq: number })[]> {
    await oneAtATime(tx, `importing contacts into ${account}`);
    return tx.query(
      `UPDATE contact SET number_id = $3, seq = seq + 1 WHERE account = $1 AND e164 = $2 RETURNING id, account, name, e164, number_id AS "numberId", seq`,
      account,
      e164,
      numberId,
    );
  }

  /** The contacts of a Number that is deleted: their phone number is an outside one. @returns them, with their messages' numbers */
  async standForNone(tx: Sql, account: string, numberId: string): Promise<(Contact & { readonly seq: number })[]> {
    await oneAtATime(tx, `importing contacts into ${account}`);
    return tx.query(
      `UPDATE contact SET number_id = NULL, seq = seq + 1 WHERE account = $1 AND number_id = $2 RETURNING id, account, name, e164, number_id AS "numberId", seq`,
      account,
      numberId,
    );
  }

  /** @returns the number of the message that tells of it: the last about this contact */
  async delete(tx: Sql, id: string): Promise<number> {
    const [row] = await tx.query<{ seq: number }>('DELETE FROM contact WHERE id = $1 RETURNING seq + 1 AS seq', id);
    if (!row) throw new Error(`contact ${id} was not there to delete`);
    return row.seq;
  }
}

/** Column by column, in the order in which the statements above have them. */
const columnsOf = (contacts: readonly Contact[]): readonly unknown[] => [
  contacts.map(({ id }) => id),
  contacts.map(({ account }) => account),
  contacts.map(({ name }) => name),
  contacts.map(({ e164 }) => e164),
  contacts.map(({ numberId }) => numberId),
  contacts.map(({ name, e164 }) => `${plain(name)} ${e164}`),
];
