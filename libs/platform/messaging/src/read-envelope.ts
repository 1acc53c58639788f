import { Envelope } from '@cordboard/contracts';

/** A message's text as an envelope. What cannot be read at all is like an envelope of the wrong shape: the result says what is wrong with it. */
export function readEnvelope(text: string): ReturnType<typeof Envelope.safeParse> {
  return Envelope.safeParse(readJson(text));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
