import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavOf } from '@cordboard/tools/tones';
import type { StackOnAsterisk } from '../asterisk/on-asterisk.ts';
import type { World } from '../stories/people.ts';

/** What a program of others needs to know of the engine, and a directory of its own. */
export interface Place {
  readonly dir: string;
  readonly engine: StackOnAsterisk['engine'];
  /** A sound file of whoever speaks at an address: the telephones know them by it. */
  voiceOf(address: string, seconds?: number): string;
  toneOf(address: string): number;
  leave(): void;
}

export function placeIn({ stack }: World): Place {
  const { engine, toneOf } = stack;
  if (!engine || !toneOf) throw new Error('this needs an Asterisk');
  const dir = mkdtempSync(join(tmpdir(), 'cordboard-others-'));
  return {
    dir,
    engine,
    toneOf,
    voiceOf: (address, seconds = 60) => {
      const file = join(dir, `${address}.wav`);
      writeFileSync(file, wavOf([{ seconds, hertz: [toneOf(address)] }]));
      return file;
    },
    leave: () => rmSync(dir, { recursive: true, force: true }),
  };
}
