import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { SPEECH_MS, type Speech } from './speech.ts';

/** Words a minute. */
const PACE = '150';
/** What the program calls languages that it has by another name. */
const VOICES = new Map([
  ['en', 'en-gb'],
  ['fr', 'fr-fr'],
  ['zh', 'cmn'],
]);

/** Speaks with espeak-ng, a program on this machine. */
export class Espeak implements Speech {
  constructor(private readonly command: string) {}

  /** A region that it has no voice for is spoken as the language. */
  async speak(text: string, language: string): Promise<Uint8Array> {
    const [base = language] = language.split('-');
    const voices = [language.toLowerCase(), VOICES.get(base) ?? base];
    for (const voice of language === base ? voices.slice(1) : voices) {
      const sound = await this.run(voice, text);
      if (sound.length > 0) return sound;
    }
    throw new Error(`espeak-ng has no voice for ${language}`);
  }

  /** The text goes in by standard input: so nothing in it is taken for an option. @returns nothing where it has no such voice */
  private async run(voice: string, text: string): Promise<Buffer> {
    const child = spawn(this.command, ['-v', voice, '-s', PACE, '--stdin', '--stdout'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: SPEECH_MS,
    });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    child.stdin.once('error', () => undefined); // it may end before it has read all
    child.stdin.end(text);
    return Promise.race([buffer(child.stdout), failed]);
  }
}
