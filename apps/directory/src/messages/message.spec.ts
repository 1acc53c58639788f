import { wavFile } from '@cordboard/audio';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { ADA, RunningDirectory, SAM, type Who } from '../directory.running.ts';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await RunningDirectory.start();
});
afterAll(() => directory?.stop());

const WAV = wavFile(Int16Array.from({ length: 16_000 }, (_, i) => Math.round(9_000 * Math.sin(i / 3))));

const put = async (path: string, who: Who | null, body: Uint8Array = WAV): Promise<{ status: number; said: Record<string, unknown> }> => {
  const headers = who ? await directory.bearer(who) : {};
  const answer = await fetch(`${directory.url}/numbers/${path}`, { method: 'PUT', headers, body: Uint8Array.from(body) });
  return { status: answer.status, said: (await answer.json()) as Record<string, unknown> };
};
const messages = async (
  id: string,
): Promise<readonly { kind: string; id: string; text: string | null; file: { seconds: number } | null }[]> =>
  (
    (await directory.data('query($id: ID!) { number(id: $id) { messages { kind id text file { seconds } } } }', ADA, { id })) as never as {
      number: { messages: [] };
    }
  ).number.messages;

describe('files for the messages of a Number', () => {
  it.each(['greeting', 'voicemail', 'unavailable', 'music'])('S21 one for its %s is kept, and named by it', async (kind) => {
    const { status, said } = await put(`support/messages/${kind}`, ADA);
    expect({ status, said }).toEqual({ status: 200, said: { id: expect.any(String) as string, kind, seconds: 2 } });
    const found = (await messages('support')).find((message) => message.kind === kind.toUpperCase());
    expect(found).toEqual({ kind: kind.toUpperCase(), id: said['id'], text: null, file: { seconds: 2 } });
    expect(readdirSync(join(directory.mediaDir, 'message/demo'))).toContain(`${String(said['id'])}.wav`);
  });

  it('S21 another one takes its place, and outlives a restart', async () => {
    const [first, second] = [await put('bob/messages/greeting', ADA), await put('bob/messages/greeting', ADA)];
    expect(second.said['id']).not.toBe(first.said['id']);
    await directory.restart();
    expect(await messages('bob')).toMatchObject([{ kind: 'GREETING', id: second.said['id'] }]);
  });

  it.each<[string, string, Who | null, number, string]>([
    ['nobody', 'main/messages/greeting', null, 401, 'UNAUTHENTICATED'],
    ['an agent', 'main/messages/greeting', { sub: 'alice' }, 403, 'FORBIDDEN'],
    ['a supervisor', 'main/messages/greeting', SAM, 403, 'FORBIDDEN'],
    ['an administrator of another account', 'main/messages/greeting', { ...ADA, account: 'other' }, 404, 'NOT_FOUND'],
    ['an administrator who names no Number', 'nowhere/messages/greeting', ADA, 404, 'NOT_FOUND'],
    ['an administrator who names no message', 'main/messages/song', ADA, 404, 'NOT_FOUND'],
  ])('are not taken from %s', async (_, path, who, status, code) => {
    expect(await put(path, who)).toMatchObject({ status, said: { code } });
    expect(await messages('main')).toEqual([]);
  });

  it('S21 one that cannot be played is refused, and what was there stays', async () => {
    await put('quiet/messages/unavailable', ADA);
    const before = await messages('quiet');
    expect(await put('quiet/messages/unavailable', ADA, Buffer.from('no sound at all, whatever it is called'))).toMatchObject({
      status: 422,
      said: { code: 'INVALID_AUDIO', remedy: expect.stringMatching(/WAV, MP3 or Ogg/) as string },
    });
    expect(await messages('quiet')).toEqual(before);
  });

  it('one that is too large is refused before it is read', async () => {
    const { hostname, port } = new URL(directory.url);
    const headers = { ...(await directory.bearer(ADA)), 'content-length': '104857601' };
    const status = await new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path: '/numbers/main/messages/music', method: 'PUT', headers });
      sent.on('response', (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('a text that is given takes the place of a file, and so does nothing', async () => {
    await put('main/messages/greeting', ADA);
    const update = async (greeting: string | null): Promise<unknown> =>
      directory.data(
        'mutation($greeting: String) { updateNumber(id: "main", greeting: $greeting) { ... on Number { messages { kind text } } } }',
        ADA,
        { greeting },
      );
    expect(await update('Bonjour.')).toEqual({ updateNumber: { messages: [{ kind: 'GREETING', text: 'Bonjour.' }] } });
    await put('main/messages/greeting', ADA);
    expect(await update(null)).toEqual({ updateNumber: { messages: [] } });
  });
});
