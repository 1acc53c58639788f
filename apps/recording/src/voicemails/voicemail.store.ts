import type { Media } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';

/** A message that somebody left on a Number. */
export interface StoredVoicemail {
  readonly id: string;
  readonly account: string;
  readonly numberId: string;
  readonly callId: string;
  readonly sender: string;
  readonly seconds: number;
  readonly leftAt: Date;
  readonly mediaKey: string;
  readonly contentType: string;
}

const COLUMNS = `id, account, number_id AS "numberId", call_id AS "callId", sender, seconds, left_at AS "leftAt", media_key AS "mediaKey", content_type AS "contentType"`;

export class VoicemailStore {
  constructor(private readonly sql: Sql) {}

  /** Newest first. `numberIds`: those of these Numbers alone; null: of all. `after`: time and id of the one before the first. */
  page(o: {
    account: string;
    numberIds: readonly string[] | null;
    after: readonly string[] | null;
    limit: number;
  }): Promise<StoredVoicemail[]> {
    return this.sql.query(
      `SELECT ${COLUMNS} FROM voicemail
       WHERE account = $1 AND ($2::text[] IS NULL OR number_id = ANY($2::text[])) AND ($3::timestamptz IS NULL OR (left_at, id) < ($3::timestamptz, $4))
       ORDER BY left_at DESC, id DESC LIMIT $5::int`,
      o.account,
      o.numberIds,
      o.after?.[0] ?? null,
      o.after?.[1] ?? null,
      o.limit,
    );
  }

  async find(account: string, id: string): Promise<StoredVoicemail | undefined> {
    return (await this.sql.query<StoredVoicemail>(`SELECT ${COLUMNS} FROM voicemail WHERE account = $1 AND id = $2`, account, id))[0];
  }

  async byMediaKey(account: string, mediaKey: string): Promise<StoredVoicemail | undefined> {
    return (
      await this.sql.query<StoredVoicemail>(`SELECT ${COLUMNS} FROM voicemail WHERE account = $1 AND media_key = $2`, account, mediaKey)
    )[0];
  }

  async tooOld(account: string, before: string, limit: number): Promise<string[]> {
    const rows = await this.sql.query<{ id: string }>(
      'SELECT id FROM voicemail WHERE account = $1 AND left_at < $2::timestamptz ORDER BY left_at LIMIT $3::int',
      account,
      before,
      limit,
    );
    return rows.map(({ id }) => id);
  }

  /** @returns where its audio lies; undefined where there is no such message */
  async forget(tx: Sql, account: string, id: string): Promise<string | undefined> {
    const sql = 'DELETE FROM voicemail WHERE account = $1 AND id = $2 RETURNING media_key AS "mediaKey"';
    return (await tx.query<{ mediaKey: string }>(sql, account, id))[0]?.mediaKey;
  }

  async save(
    tx: Sql,
    voicemail: Omit<StoredVoicemail, 'leftAt' | 'mediaKey' | 'contentType'> & { leftAt: string; media: Media },
  ): Promise<void> {
    const { media } = voicemail;
    await tx.query(
      `INSERT INTO voicemail (id, account, number_id, call_id, sender, seconds, left_at, media_key, content_type, bytes, sha256)
       VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
      voicemail.id,
      voicemail.account,
      voicemail.numberId,
      voicemail.callId,
      voicemail.sender,
      voicemail.seconds,
      voicemail.leftAt,
      media.key,
      media.contentType,
      media.bytes,
      media.sha256,
    );
  }
}
