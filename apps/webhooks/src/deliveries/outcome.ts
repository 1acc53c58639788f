import type { Answer } from '../outgoing/post.ts';
import { pauseUntil } from './schedule.ts';

/** What came of one attempt. */
export interface Outcome {
  readonly status: number | null;
  /** Null: it was delivered. */
  readonly error: string | null;
  /** The receiver asks to be left alone until then. */
  readonly pause: Date | null;
  /** The receiver wants nothing any more. */
  readonly gone: boolean;
}

/** What an answer means (Standard Webhooks): 2xx it was taken, 410 it wants nothing more, 429 and 503 may name a time, all else failed. */
export function outcomeOf({ status, retryAfter }: Answer, now: Date): Outcome {
  if (status >= 200 && status < 300) return { status, error: null, pause: null, gone: false };
  const pause = status === 429 || status === 503 ? pauseUntil(retryAfter, now) : null;
  const error = status >= 300 && status < 400 ? `It answered ${status}: redirects are not followed.` : `It answered ${status}.`;
  return { status, error, pause, gone: status === 410 };
}

/** No answer came: why, for whoever owns the receiver. */
export const failure = (error: unknown): Outcome => ({ status: null, error: inWords(error), pause: null, gone: false });

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before an answer came.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The host cannot be reached.',
  ETIMEDOUT: 'The host cannot be reached.',
  EPIPE: 'The connection was closed before an answer came.',
};

function inWords(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    WORDS[code] ??
    (/CERT|TLS|SSL/.test(code) ? `Its certificate cannot be trusted (${code}).` : message.slice(0, 500) || code || 'It failed.')
  );
}
