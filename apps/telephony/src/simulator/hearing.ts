/** What hearing depends on. */
export interface Ear {
  readonly id: string;
  readonly state: 'RINGING' | 'UP';
  /** The outside party that called, and waits while it rings. */
  readonly caller: boolean;
  readonly bridgeId: string | null;
  readonly held: boolean;
  readonly ringback: boolean;
  readonly muted: boolean;
  /** It was told to leave a message, and nothing else since. */
  readonly voicemail: boolean;
}

/** The sounds that are being played to a leg or to a bridge, by its id. */
export type Playing = (on: string) => readonly string[];

/**
 * Whom and what a leg hears at this moment: ids of legs, and `music`, `ringback` or the names of sounds. `voicemail` goes on from its
 * first word over the beep and the silence in which the party speaks to the end of the leg, so that who looks sees one thing.
 */
export function hears(ear: Ear, all: Iterable<Ear>, playing: Playing): readonly string[] {
  if (ear.state === 'RINGING') return ear.caller ? ['ringback'] : [];
  const own = playing(ear.id);
  if (own.length > 0) return own;
  if (ear.voicemail) return ['voicemail'];
  if (ear.held) return ['music'];
  if (ear.ringback) return ['ringback'];
  if (ear.bridgeId === null) return [];
  const others = [...all].filter(
    (other) => other.id !== ear.id && other.bridgeId === ear.bridgeId && other.state === 'UP' && !other.held && !other.muted,
  );
  return [...others.map((other) => other.id), ...playing(ear.bridgeId)];
}
