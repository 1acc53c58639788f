/** When a Number rings anybody, in the wall time of a place. */
export interface OpeningHours {
  /** An IANA time zone. */
  readonly timeZone: string;
  /** `day`: 1 Monday to 7 Sunday; times are HH:MM, `to` is not in the span and may be 24:00. */
  readonly spans: readonly { readonly day: number; readonly from: string; readonly to: string }[];
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Whether a Number is open at this moment; one without hours always is. A clock that is set back is open twice, as its shop is. */
export function isOpen(hours: OpeningHours | null, at: string): boolean {
  if (hours === null) return true;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: hours.timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(at));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
  const day = DAYS.indexOf(part('weekday')) + 1;
  const time = `${part('hour')}:${part('minute')}`;
  return hours.spans.some((span) => span.day === day && span.from <= time && time < span.to);
}
