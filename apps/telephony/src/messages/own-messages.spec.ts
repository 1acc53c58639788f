import { LocalFiles } from '@cordboard/platform-media';
import { findSpeech } from '@cordboard/testing';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { wavFile } from '@cordboard/audio';
import type { Sound } from '../engine/port.ts';
import { OwnMessages } from './own-messages.ts';
import { openSpeech, speechEnvironment } from './speech.ts';
import { z } from 'zod';

const settings = (more: object) => z.object(speechEnvironment).parse(more);
const sound = (more: Partial<Sound>): Sound => ({ name: 'greeting', words: null, language: null, file: null, ...more });
const tone = wavFile(Int16Array.from({ length: 8_000 }, (_, i) => Math.round(9_000 * Math.sin(i / 3))));

let dir: string;
let storage: LocalFiles;
let service: Server;
let asked: unknown[];
let answers: { status: number; body: Uint8Array };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cordboard-messages-'));
  storage = await LocalFiles.open(join(dir, 'media'));
  [asked, answers] = [[], { status: 200, body: tone }];
  service = createServer((request, response) => {
    void json(request).then((body) => {
      asked.push([request.headers.authorization, body]);
      response.writeHead(answers.status).end(answers.body);
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  service.closeAllConnections();
  service.close();
  rmSync(dir, { recursive: true, force: true });
});

const messages = async (more: object = {}): Promise<OwnMessages> => {
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/speak`;
  const speech = await openSpeech(settings({ SPEECH: 'http', SPEECH_URL: url, SPEECH_TOKEN: 's', ...more }));
  return OwnMessages.open(join(dir, 'messages'), { storage, speech, language: 'fr' });
};
const fileAt = (path: string): Buffer => readFileSync(`${path}.wav`);

describe('messages of Numbers as files that an engine plays', () => {
  it('a text is spoken once, in its language, or else in the usual one', async () => {
    const own = await messages();
    const both = await Promise.all([own.find(sound({ words: 'Bonjour.' })), own.find(sound({ words: 'Bonjour.' }))]);
    await own.find(sound({ words: 'Bonjour.' }));
    await own.find(sound({ words: 'Hello.', language: 'en-GB' }));
    expect(asked).toEqual([
      ['Bearer s', { text: 'Bonjour.', language: 'fr' }],
      ['Bearer s', { text: 'Hello.', language: 'en-GB' }],
    ]);
    expect(fileAt(both[0]?.path ?? '')).toEqual(tone);
    expect(both[1]).toEqual(both[0]);
  });

  it('an uploaded file is played as it is', async () => {
    const uploaded = await storage.put('message/demo/f1.wav', [tone] as never, 'audio/wav');
    const found = await (await messages()).find(sound({ words: 'Bonjour.', file: { id: 'f1', key: uploaded.key } }));
    expect(found?.path).toBe(join(dir, 'messages/greeting-f1/greeting-f1'));
    expect(fileAt(found?.path ?? '')).toEqual(tone);
    expect(asked).toEqual([]);
  });

  it.each([
    ['the service refuses', () => (answers = { status: 503, body: Buffer.from('no') })],
    [
      'the service answers with no sound',
      () => (answers = { status: 200, body: Buffer.from('<html>Welcome to the speech service.</html>') }),
    ],
  ])('where %s, what is usual is heard, and it is tried again for the next caller', async (_, fail) => {
    fail();
    const own = await messages();
    expect(await own.find(sound({ words: 'Bonjour.' }))).toBeNull();
    answers = { status: 200, body: tone };
    expect(await own.find(sound({ words: 'Bonjour.' }))).not.toBeNull();
  });

  it('a file that is gone, a text where nobody speaks, and no message at all are what is usual', async () => {
    const silent = await messages({ SPEECH: 'none' });
    expect(await silent.find(sound({ file: { id: 'f2', key: 'message/demo/f2.wav' } }))).toBeNull();
    expect(await silent.find(sound({ words: 'Bonjour.' }))).toBeNull();
    expect(await silent.find(sound({}))).toBeNull();
    expect(readdirSync(join(dir, 'messages'))).toEqual(['musiconhold.conf']);
  });

  it('music is a class of Asterisk’s music on hold', async () => {
    await storage.put('message/demo/m1.wav', [tone] as never, 'audio/wav');
    const own = await messages();
    expect(await own.findMusic({ id: 'm1', key: 'message/demo/m1.wav' })).toBe('music-m1');
    expect(readFileSync(join(dir, 'messages/musiconhold.conf'), 'utf8')).toBe(
      `[music-m1]\nmode=files\ndirectory=${join(dir, 'messages/music-m1')}\n`,
    );
  });

  it('espeak-ng speaks French, English and a language of a region, and nothing in a text is an option of its', async () => {
    const command = await findSpeech(console.log);
    const own = await messages({ SPEECH: 'espeak', SPEECH_COMMAND: command });
    for (const [words, language] of [
      ['-v nothing --help', null],
      ['Hello, and welcome.', 'en'],
      ['Bonjour, et bienvenue.', 'fr-CA'],
    ] as const) {
      const found = await own.find(sound({ words, language }));
      expect(fileAt(found?.path ?? '').length).toBeGreaterThan(8_000);
    }
  }, 300_000);

  it.each([
    [{ SPEECH: 'http' }, /SPEECH_URL is to be set/],
    [{ SPEECH: 'http', SPEECH_URL: 'http://localhost', SPEECH_TOKEN_FILE: '/nowhere' }, /SPEECH_TOKEN_FILE cannot be read/],
  ])('%j cannot be started with', async (more, words) => {
    await expect(openSpeech(settings(more))).rejects.toThrow(words);
  });

  it('a program that is not there speaks nothing', async () => {
    expect(await openSpeech(settings({ SPEECH_COMMAND: '/nowhere/espeak-ng' }))).toBeNull();
  });
});
