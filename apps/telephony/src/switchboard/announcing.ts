import type { Here, Step } from './steps.ts';

/** How long a message in a voicemail may be. */
const MESSAGE_SECONDS = 180;

/** Ends what a leg hears and is not to hear. What is neither played nor recorded yet is not the engine's to end. */
export function silence({ wanted: { want }, leg: { hearing } }: Here): Step[] {
  if (!hearing || (want.as === 'hearing' && want.announcement.id === hearing.id)) return [];
  return hearing.stage === 'recording'
    ? [{ command: 'stopRecord', with: { recordingId: hearing.id } }]
    : hearing.stage === 'playing'
      ? [{ command: 'stopPlay', with: { playbackId: hearing.id } }]
      : [];
}

/** Takes a leg that is up one step on in its announcement: the words, then, where it is a voicemail, the recording. */
export function announce({ wanted: { want }, leg: { legId, hearing, heard } }: Here): Step[] {
  if (want.as !== 'hearing') return [];
  const { id, what, text: words, file, language } = want.announcement;
  if (heard.includes(id) || (hearing && hearing.id !== id)) return [];
  if (hearing?.stage === 'played') return [{ command: 'record', with: { recordingId: id, legId, maxSeconds: MESSAGE_SECONDS } }];
  if (hearing && hearing.stage !== 'lost') return [];
  return [{ command: 'play', with: { playbackId: id, on: { legId }, sounds: [{ name: what, words, file, language }] } }];
}
