import { refuse, type Refusal } from '@cordboard/decider';

/** How long a file for a message may be, in seconds. */
export const MAX_MESSAGE_SECONDS = 300;

/** Why nothing was made of a file. */
export interface MessageFileProblem {
  readonly problem: 'UNREADABLE' | 'TOO_LONG' | 'SILENT';
  /** A sentence about what is the matter with one that is unreadable. */
  readonly detail?: string;
}
export type MessageFileRefusal = 'INVALID_AUDIO' | 'AUDIO_TOO_LONG' | 'AUDIO_SILENT';

/** S21: a Number's own message is a file that its callers can be played; what was there before stays where one is not. */
export function refusedMessageFile({ problem, detail = '' }: MessageFileProblem): Refusal<MessageFileRefusal> {
  switch (problem) {
    case 'UNREADABLE':
      return refuse(
        'INVALID_AUDIO',
        `The file cannot be played. ${detail}`.trim(),
        'Save it as WAV, MP3 or Ogg (Vorbis or Opus) and send that.',
      );
    case 'TOO_LONG':
      return refuse('AUDIO_TOO_LONG', `A message is ${MAX_MESSAGE_SECONDS / 60} minutes long at most.`, 'Shorten it and send it again.');
    case 'SILENT':
      return refuse('AUDIO_SILENT', 'Nothing is heard in the file.', 'Check that it was recorded, and send another one.');
  }
}
