const DAY = 86_400_000;

/** What began before this moment has been kept for as long as the account wants it; null: nothing is ever too old. */
export const tooOldBefore = (recordingDays: number | null, now: string): string | null =>
  recordingDays === null ? null : new Date(Date.parse(now) - recordingDays * DAY).toISOString();
