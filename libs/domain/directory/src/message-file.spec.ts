import { refusedMessageFile } from './index.ts';

it.each([
  [{ problem: 'UNREADABLE', detail: 'It is empty.' }, 'INVALID_AUDIO', /WAV, MP3 or Ogg/],
  [{ problem: 'TOO_LONG' }, 'AUDIO_TOO_LONG', /Shorten/],
  [{ problem: 'SILENT' }, 'AUDIO_SILENT', /another/],
] as const)('S21 a file that is %j is refused with what can be done', (problem, code, remedy) => {
  expect(refusedMessageFile(problem)).toMatchObject({ refused: code, remedy: expect.stringMatching(remedy) as string });
});
