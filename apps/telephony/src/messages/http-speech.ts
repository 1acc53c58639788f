import { SPEECH_MS, type Speech } from './speech.ts';

/** A minute of speech as WAV has a tenth of this, in bytes. */
const MAX_BYTES = 33_554_432;

/**
 * Speaks with a service of others: `POST` with `{ "text", "language" }` as JSON and, where there is one, a bearer token; it answers 200 with a
 * WAV, MP3 or Ogg file.
 */
export class HttpSpeech implements Speech {
  constructor(
    private readonly url: string,
    private readonly token: string | null,
  ) {}

  async speak(text: string, language: string): Promise<Uint8Array> {
    const answer = await fetch(this.url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(SPEECH_MS),
      headers: {
        'content-type': 'application/json',
        accept: 'audio/wav, audio/mpeg, audio/ogg',
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ text, language }),
    });
    if (answer.status !== 200 || !answer.body) {
      await answer.body?.cancel();
      throw new Error(`the speech service answers ${answer.status}`);
    }
    return bounded(answer.body);
  }
}

async function bounded(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw new Error(`the speech service answers with more than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
