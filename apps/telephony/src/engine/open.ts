import type { MediaStorage } from '@cordboard/platform-media';
import { CannotStart, log } from '@cordboard/platform-process';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Asterisk } from '../asterisk/driver.ts';
import { OwnMessages } from '../messages/own-messages.ts';
import { openSpeech, type SpeechSettings } from '../messages/speech.ts';
import { serveControl } from '../simulator/control.ts';
import { Simulator } from '../simulator/driver.ts';
import { distinctEngines, engineKey } from './engine-key.ts';
import type { Engine } from './port.ts';
import { SideBySide } from './side-by-side.ts';

/**
 * How to reach an Asterisk, where that is the engine, or, by commas, several that are set up alike. `ASTERISK_SOUNDS` is a directory on its
 * machine; the password may stand in a file.
 */
export const asteriskEnvironment = {
  ASTERISK_URL: z
    .string()
    .transform((urls) =>
      urls
        .split(',')
        .map((url) => url.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1))
    .optional(),
  ASTERISK_USER: z.string().default('cordboard'),
  ASTERISK_PASSWORD: z.string().min(1).optional(),
  ASTERISK_PASSWORD_FILE: z.string().min(1).optional(),
  ASTERISK_TRUNK: z
    .string()
    .regex(/^[\w-]+$/)
    .default('trunk'),
  ASTERISK_SOUNDS: z.string().startsWith('/').optional(),
  ASTERISK_SOUND_LANGUAGES: z
    .string()
    .default('')
    .transform((languages) => languages.split(',').filter(Boolean)),
  ASTERISK_MESSAGES: z.string().startsWith('/').optional(),
};

/** The settings that choose an engine. */
type Settings = z.infer<z.ZodObject<typeof asteriskEnvironment>> &
  SpeechSettings & {
    readonly ENGINE: 'simulator' | 'asterisk';
    readonly SIMULATOR_HOST: string;
    readonly SIMULATOR_PORT: number;
    readonly NODE_ENV?: string | undefined;
  };

/** An engine with what came with it. */
export interface Driver {
  readonly engine: Engine;
  /** Where the engine, or what controls it, is reached. */
  readonly url: string;
  /** A name for each engine that it drives, the same in every service that reaches it. */
  readonly engines: readonly string[];
  close(): Promise<void>;
}

/** @throws CannotStart where a setting is missing or the simulated network may not run */
export async function openDriver(env: Settings, storage: MediaStorage): Promise<Driver> {
  switch (env.ENGINE) {
    case 'simulator': {
      const engine = new Simulator();
      const { url, close } = await serveControl(engine, {
        host: env.SIMULATOR_HOST,
        port: env.SIMULATOR_PORT,
        production: env.NODE_ENV === 'production',
      });
      return { engine, url, engines: [env.ENGINE], close };
    }
    case 'asterisk': {
      const { ASTERISK_URL: urls, ASTERISK_USER: user, ASTERISK_TRUNK: trunk, ASTERISK_SOUNDS: sounds } = env;
      const password = env.ASTERISK_PASSWORD ?? (await passwordIn(env.ASTERISK_PASSWORD_FILE));
      if (!urls || !password || !sounds)
        throw new CannotStart(
          'With ENGINE=asterisk, ASTERISK_URL, ASTERISK_PASSWORD (or ASTERISK_PASSWORD_FILE) and ASTERISK_SOUNDS are to be set; see docs/telephony.md.',
        );
      const distinct = distinctEngines(urls).map((url) => signInOf(url, { user, password }));
      const messages = await openMessages(env, storage);
      const o = { trunk, sounds, languages: env.ASTERISK_SOUND_LANGUAGES, ...(messages ? { messages } : {}) };
      const engines = distinct.map((signIn) => new Asterisk({ ...signIn, ...o }));
      const [only, second] = engines;
      return {
        engine: only && !second ? only : new SideBySide(engines),
        url: distinct.map(({ url }) => url).join(','),
        engines: distinct.map(({ url }) => engineKey(url)),
        close: async () => undefined,
      };
    }
  }
}

async function openMessages(env: Settings, storage: MediaStorage): Promise<OwnMessages | undefined> {
  const { ASTERISK_MESSAGES: directory, SPEECH_LANGUAGE: language } = env;
  if (directory === undefined) {
    log.warn('ASTERISK_MESSAGES is not set: callers hear what is usual, not the messages of their Number');
    return undefined;
  }
  const speech = await openSpeech(env);
  if (!speech) log.warn('nobody speaks texts (SPEECH, SPEECH_COMMAND): callers hear what is usual instead');
  return OwnMessages.open(directory, { storage, speech, language });
}

/** Credentials in an engine's URL are for that engine, instead of the settings'. `fetch` takes no URL with credentials in it. */
function signInOf(text: string, settings: { user: string; password: string }): { url: string; user: string; password: string } {
  const url = new URL(text);
  const user = decodeURIComponent(url.username) || settings.user;
  const password = decodeURIComponent(url.password) || settings.password;
  url.username = url.password = '';
  return { url: url.href.replace(/\/+$/, ''), user, password };
}

async function passwordIn(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`ASTERISK_PASSWORD_FILE cannot be read: ${error.code} ${file}.`);
  });
  return text.trim();
}
