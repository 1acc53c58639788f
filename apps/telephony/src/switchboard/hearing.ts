import type { Announcement } from '@cordboard/contracts';
import type { LegEvent, Snapshot } from '../engine/port.ts';
import type { BoardLeg } from './leg.ts';

/** What of an announcement outlives the wiring that asked for it. */
export interface Announced extends Pick<Announcement, 'id' | 'what' | 'numberId'> {
  /** The call that the leg belonged to then. */
  readonly callId: string;
}

/**
 * An announcement that a leg hears. `playing`: its words; `played`: a voicemail's words are over, and its recording is to begin;
 * `recording`; `lost`: the engine has nothing of it. `told`: others know that it has begun.
 */
export interface Hearing extends Announced {
  readonly stage: 'playing' | 'played' | 'recording' | 'lost';
  readonly told: boolean;
}

/** What is told of a playback or a recording on a leg. Ours have the id of the announcement that they are for. */
export type SoundEvent = Extract<LegEvent, { type: `playback.${string}` | `recording.${string}` }>;
export const isSound = (event: LegEvent): event is SoundEvent => /^(playback|recording)[.]/.test(event.type);
export const soundOf = (event: SoundEvent): string => ('playbackId' in event ? event.playbackId : event.recordingId);

/** The leg after a word about what it hears; the same object where it tells nothing new. */
export function afterSound(leg: BoardLeg, event: SoundEvent): BoardLeg {
  const { hearing } = leg;
  if (hearing?.id !== soundOf(event)) return leg;
  switch (event.type) {
    case 'playback.started':
      return hearing.stage === 'playing' && hearing.told ? leg : { ...leg, hearing: { ...hearing, stage: 'playing', told: true } };
    case 'playback.finished':
      return event.whole && hearing.what === 'voicemail' ? { ...leg, hearing: { ...hearing, stage: 'played' } } : over(leg);
    case 'recording.started':
      return hearing.stage === 'recording' && hearing.told ? leg : { ...leg, hearing: { ...hearing, stage: 'recording', told: true } };
    case 'recording.finished':
      return over(leg);
  }
}

/** The leg, hearing nothing any more. */
export const over = (leg: BoardLeg): BoardLeg => (leg.hearing ? { ...leg, hearing: null, heard: [...leg.heard, leg.hearing.id] } : leg);

/** The leg, about to hear an announcement; as it is where that is over, or where it is about to hear one. */
export const beginning = (leg: BoardLeg, announcement: Announced): BoardLeg =>
  leg.state === 'ended' || leg.hearing || leg.heard.includes(announcement.id)
    ? leg
    : { ...leg, hearing: { ...announcement, stage: 'playing', told: false } };

/** What must have happened to an announcement on a leg that lives, while nobody was told; `lost` where the engine has nothing of it. */
export function missedSound(legId: string, id: string, { playbacks, recordings, kept }: Snapshot): SoundEvent[] | 'lost' {
  if (playbacks.some(({ playbackId }) => playbackId === id)) return [{ type: 'playback.started', legId, playbackId: id }];
  const started: SoundEvent = { type: 'recording.started', legId, recordingId: id };
  if (recordings.some(({ recordingId }) => recordingId === id)) return [started];
  const recording = kept.find(({ recordingId }) => recordingId === id);
  // the leg lives on beside its finished recording: where nobody stopped it, it came to its limit
  return recording ? [started, { type: 'recording.finished', legId, ...recording, full: true }] : 'lost';
}
