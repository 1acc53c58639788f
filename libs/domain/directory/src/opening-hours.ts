import { refuse, type Refusal } from '@cordboard/decider';

/** When a Number rings anybody: spans of a week, each within one day, in a time zone. */
export interface OpeningHours {
  /** IANA, like Europe/Paris. */
  readonly timeZone: string;
  /** `day`: 1 Monday to 7 Sunday; `from` is in the span, `to` is not. */
  readonly spans: readonly { readonly day: number; readonly from: string; readonly to: string }[];
}

/** More spans than this nobody means. */
const MOST_SPANS = 100;

/** Why these hours cannot be kept, or null. `timeZoneIsKnown` is a fact. */
export function refusedHours(hours: OpeningHours | null, timeZoneIsKnown: boolean): Refusal<'INVALID_OPENING_HOURS'> | null {
  if (hours === null) return null;
  const refusal = (message: string, remedy: string) => refuse('INVALID_OPENING_HOURS', message, remedy);
  if (!timeZoneIsKnown) return refusal(`There is no time zone "${hours.timeZone.slice(0, 60)}".`, 'Write an IANA name like Europe/Paris.');
  if (hours.spans.length > MOST_SPANS) return refusal(`There are more than ${MOST_SPANS} spans.`, 'Join spans that touch.');
  const wrong = hours.spans.find((span) => !isSpan(span));
  return wrong === undefined
    ? null
    : refusal(
        `Day ${wrong.day} from ${wrong.from.slice(0, 8)} to ${wrong.to.slice(0, 8)} is not a span of one day.`,
        'Days are 1 (Monday) to 7, times 00:00 to 24:00, and from lies before to; what goes over midnight is two spans.',
      );
}

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;
const isSpan = ({ day, from, to }: OpeningHours['spans'][number]): boolean =>
  Number.isInteger(day) && day >= 1 && day <= 7 && TIME.test(from) && TIME.test(to) && from < to;
