import type { SoundFile } from '@cordboard/contracts';
import { messageIdOf } from '@cordboard/text';
import type { Sound } from '../engine/port.ts';

/** What hearing depends on. */
export interface Ear {
  readonly id: string;
  readonly state: 'RINGING' | 'UP';
  /** The outside party that called, and waits while it rings. */
  readonly caller: boolean;
  readonly bridgeId: string | null;
  readonly held: boolean;
  /** What it hears on hold; null: what is usual. */
  readonly music: SoundFile | null;
  readonly ringback: boolean;
  readonly muted: boolean;
  /** What it was told before it leaves a message, and nothing else since. */
  readonly voicemail: Sound | null;
}

/** The sounds that are being played to a leg or to a bridge, by its id. */
export type Playing = (on: string) => readonly Sound[];

/**
 * Whom and what a leg hears at this moment: ids of legs, and `music`, `ringback` or the names of sounds. `voicemail` goes on from its
 * first word over the beep and the silence in which the party speaks to the end of the leg, so that who looks sees one thing.
 */
export function hears(ear: Ear, all: Iterable<Ear>, playing: Playing): readonly string[] {
  if (ear.state === 'RINGING') return ear.caller ? ['ringback'] : [];
  const own = playing(ear.id);
  if (own.length > 0) return own.map(({ name }) => name);
  if (ear.voicemail) return ['voicemail'];
  if (ear.held) return ['music'];
  if (ear.ringback) return ['ringback'];
  if (ear.bridgeId === null) return [];
  const others = [...all].filter(
    (other) => other.id !== ear.id && other.bridgeId === ear.bridgeId && other.state === 'UP' && !other.held && !other.muted,
  );
  return [...others.map((other) => other.id), ...playing(ear.bridgeId).map(({ name }) => name)];
}

/** Which message a leg hears, if it hears one; `id` is null for what is usual. */
export function messageHeard(ear: Ear, heard: readonly string[], playing: Playing): { name: string; id: string | null } | null {
  const sounds = [...playing(ear.id), ...(ear.voicemail ? [ear.voicemail] : []), ...(ear.bridgeId ? playing(ear.bridgeId) : [])];
  const sound = sounds.find(({ name }) => heard.includes(name));
  if (sound) return { name: sound.name, id: messageIdOf({ ...sound, text: sound.words }) };
  return ear.held && heard.includes('music') ? { name: 'music', id: ear.music?.id ?? null } : null;
}
