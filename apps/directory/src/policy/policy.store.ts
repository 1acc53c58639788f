import type { PolicyEntry } from '@cordboard/contracts';
import type { Policy } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';

const COLUMNS = `ring_seconds AS "ringSeconds", wrap_up_seconds AS "wrapUpSeconds", tag_required AS "tagRequired", allowed_countries AS "allowedCountries",
  blocked_numbers AS "blockedNumbers", recording, tags, consultations_recorded AS "consultationsRecorded", recording_days AS "recordingDays",
  history_days AS "historyDays", time_zone AS "timeZone", busy_after_cold_seconds AS "busyAfterColdSeconds",
  allowed_tariffs AS "allowedTariffs", short_numbers_allowed AS "shortNumbersAllowed"`;

/** The account's policy; null where nobody has set one yet. */
export const policyOf = async (sql: Sql, account: string): Promise<PolicyEntry | null> =>
  (await sql.query<PolicyEntry>(`SELECT ${COLUMNS} FROM policy WHERE account = $1`, account))[0] ?? null;

/** @returns the account's policy as it is kept, and the number of the message that tells of it */
export async function savePolicy(tx: Sql, account: string, policy: Policy): Promise<{ policy: PolicyEntry; seq: number }> {
  const [row] = await tx.query<PolicyEntry & { seq: number }>(
    `INSERT INTO policy (account, ring_seconds, wrap_up_seconds, tag_required, allowed_countries, blocked_numbers, recording, tags, consultations_recorded,
       recording_days, history_days, time_zone, busy_after_cold_seconds, allowed_tariffs, short_numbers_allowed, seq)
     VALUES ($1, $2, $3, $4, $5::text[], $6::text[], $7, $8::text[], $9, $10, $11, $12, $13, $14::text[], $15, 1)
     ON CONFLICT (account) DO UPDATE SET ring_seconds = excluded.ring_seconds, wrap_up_seconds = excluded.wrap_up_seconds, tag_required = excluded.tag_required,
       allowed_countries = excluded.allowed_countries, blocked_numbers = excluded.blocked_numbers, recording = excluded.recording, tags = excluded.tags,
       consultations_recorded = excluded.consultations_recorded, recording_days = excluded.recording_days, history_days = excluded.history_days,
       time_zone = excluded.time_zone, busy_after_cold_seconds = excluded.busy_after_cold_seconds,
       allowed_tariffs = excluded.allowed_tariffs, short_numbers_allowed = excluded.short_numbers_allowed, seq = policy.seq + 1
     RETURNING ${COLUMNS}, seq`,
    account,
    policy.ringSeconds,
    policy.wrapUpSeconds,
    policy.tagRequired,
    policy.allowedCountries,
    policy.blockedNumbers,
    policy.recording,
    policy.tags,
    policy.consultationsRecorded,
    policy.recordingDays,
    policy.historyDays,
    policy.timeZone,
    policy.busyAfterColdSeconds,
    policy.allowedTariffs,
    policy.shortNumbersAllowed,
  );
  if (!row) throw new Error(`the policy of ${account} was not saved`);
  const { seq, ...saved } = row;
  return { policy: saved, seq };
}
