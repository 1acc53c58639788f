import { CannotStart } from '@cordboard/platform-process';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Espeak } from './espeak.ts';
import { HttpSpeech } from './http-speech.ts';

/** Who speaks the texts of messages, where the engine plays files: a program on this machine, a service of others, or nobody. */
export const speechEnvironment = {
  SPEECH: z.enum(['espeak', 'http', 'none']).default('espeak'),
  SPEECH_COMMAND: z.string().min(1).default('espeak-ng'),
  SPEECH_URL: z.url({ protocol: /^https?$/ }).optional(),
  SPEECH_TOKEN: z.string().min(1).optional(),
  SPEECH_TOKEN_FILE: z.string().min(1).optional(),
  SPEECH_LANGUAGE: z
    .string()
    .regex(/^[a-z]{2,3}(-\w+)?$/)
    .default('fr'),
};
export type SpeechSettings = z.infer<z.ZodObject<typeof speechEnvironment>>;

/** The port: all that this service asks of whoever speaks. */
export interface Speech {
  /**
   * Speaks a text. @param language as `fr` or `pt-BR` (BCP 47) @returns a WAV, MP3 or Ogg file
   * @throws where it cannot be spoken, or not within `SPEECH_MS`
   */
  speak(text: string, language: string): Promise<Uint8Array>;
}

/** A caller waits for no speech for longer than this, in ms: then they hear what is usual. */
export const SPEECH_MS = 4_000;

/** @returns null where nobody speaks: callers then hear what is usual instead of texts @throws CannotStart where a setting is missing */
export async function openSpeech(settings: SpeechSettings): Promise<Speech | null> {
  const { SPEECH: by, SPEECH_COMMAND: command, SPEECH_URL: url } = settings;
  if (by === 'none') return null;
  if (by === 'http') {
    if (!url) throw new CannotStart('With SPEECH=http, SPEECH_URL is to be set; see docs/telephony.md.');
    return new HttpSpeech(url, await tokenFrom(settings));
  }
  const runs = await promisify(execFile)(command, ['--version'], { timeout: SPEECH_MS }).then(
    () => true,
    () => false,
  );
  return runs ? new Espeak(command) : null;
}

async function tokenFrom({ SPEECH_TOKEN: token, SPEECH_TOKEN_FILE: file }: SpeechSettings): Promise<string | null> {
  if (token !== undefined || file === undefined) return token ?? null;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`SPEECH_TOKEN_FILE cannot be read: ${error.code} ${file}.`);
  });
  return text.trim();
}
