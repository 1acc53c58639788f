import { eventually } from '@cordboard/testing';
import { wavOf } from '@cordboard/tools/tones';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLER, MAIN, World, type AgentApp, type SimulatedLeg } from './people.ts';

const SUPPORT = '+33187000002';
const QUIET = '+33187000004';
const MP3 = readFileSync(join(import.meta.dirname, '../../libs/audio/src/fixtures/tone-700-hz.mp3'));
/** Four seconds, so that who looks hears it. */
const WAV = wavOf([510, 570, 630, 690].map((hertz) => ({ seconds: 1, hertz: [hertz] })));

interface Message {
  readonly kind: string;
  readonly id: string;
  readonly text: string | null;
  readonly file: { readonly id: string; readonly seconds: number; readonly url: string | null } | null;
}
interface NumberSaid {
  readonly __typename: string;
  readonly code: string;
  readonly remedy: string;
  readonly messages: readonly Message[];
}
const FIELDS = '__typename ... on Number { messages { kind id text file { id seconds url } } } ... on Refused { code remedy }';

describe('the story of what callers are told', () => {
  let world: World;
  let alice: AgentApp, ada: AgentApp;

  beforeAll(async () => {
    world = await World.begin();
    ({ alice } = await world.people('alice'));
    ada = await world.agent('ada');
  }, 300_000);
  afterAll(() => world?.end(), 60_000);
  afterEach(() => world.allQuiet(alice));

  const change = async (mutation: string): Promise<NumberSaid> =>
    (await ada.get<{ said: NumberSaid }>(`mutation { said: ${mutation} { ${FIELDS} } }`)).said;
  const messageOf = async (number: string, kind: string): Promise<Message | undefined> =>
    (
      await ada.get<{ number: NumberSaid }>(`query($id: ID!) { number(id: $id) { messages { kind id text file { id seconds url } } } }`, {
        id: number,
      })
    ).number.messages.find((message) => message.kind === kind);
  const upload = async (number: string, kind: string, file: Buffer, app = ada) => {
    const url = new URL(`/numbers/${number}/messages/${kind}`, world.stack.url);
    const answer = await fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${app.token}` }, body: Uint8Array.from(file) });
    return { status: answer.status, said: (await answer.json()) as Readonly<Record<string, unknown>> };
  };
  const caller = async (leg: string): Promise<SimulatedLeg | undefined> => (await world.legs()).find(({ id }) => id === leg);
  /** Somebody calls, and hears just this message. */
  const isTold = async (to: string, message: { name: string; id: string | null | undefined }): Promise<string> => {
    const leg = await world.call(CALLER, to);
    const { name, id } = message;
    await eventually(
      async () => (await caller(leg))?.message,
      (heard) => heard?.name === name && heard.id === id,
    );
    return leg;
  };

  it('S21 the next caller hears the greeting that ada has written, and the one after her change', async () => {
    for (const greeting of ['Bonjour, ici le service commercial.', 'Bonjour à tous, nous sommes là pour vous.']) {
      await change(`updateNumber(id: "main", greeting: "${greeting}")`);
      const message = await messageOf('main', 'GREETING');
      expect(message).toMatchObject({ text: greeting, file: null });
      await isTold(MAIN, { name: 'greeting', id: message?.id });
      await world.allQuiet(alice);
    }
  });

  it('S20 S21 before a voicemail and instead of one callers hear their Number’s own words', async () => {
    await change('updateNumber(id: "support", voicemailMessage: "Laissez-nous un mot après le bip.")');
    await isTold(SUPPORT, { name: 'voicemail', id: (await messageOf('support', 'VOICEMAIL'))?.id });
    await isTold(QUIET, { name: 'unavailable-message', id: (await messageOf('quiet', 'UNAVAILABLE'))?.id });
  });

  it('a text in another language is another message, and one that nobody can speak is refused', async () => {
    const before = await messageOf('quiet', 'UNAVAILABLE');
    await change('updateNumber(id: "quiet", language: "fr")');
    const after = await messageOf('quiet', 'UNAVAILABLE');
    expect(after?.text).toBe(before?.text);
    expect(after?.id).not.toBe(before?.id);
    await isTold(QUIET, { name: 'unavailable-message', id: after?.id });
    expect(await change('updateNumber(id: "quiet", language: "xx")')).toMatchObject({ code: 'INVALID_LANGUAGE' });
    expect((await messageOf('quiet', 'UNAVAILABLE'))?.id).toBe(after?.id);
  });

  it('S21 a file that ada uploads is heard instead of the text, can be heard beforehand, and taken away again', async () => {
    await change('updateNumber(id: "main", greeting: "Bonjour.")');
    const text = await messageOf('main', 'GREETING');
    const { status, said } = await upload('main', 'greeting', WAV);
    expect({ status, said }).toEqual({ status: 200, said: { id: expect.any(String) as string, kind: 'greeting', seconds: 4 } });
    const message = await messageOf('main', 'GREETING');
    expect(message).toMatchObject({ id: said['id'], text: null, file: { id: said['id'], seconds: 4 } });
    const preview = await fetch(message?.file?.url ?? '');
    expect([preview.status, preview.headers.get('content-type'), (await preview.arrayBuffer()).byteLength]).toEqual([
      200,
      'audio/wav',
      44 + 4 * 16_000,
    ]);
    await isTold(MAIN, { name: 'greeting', id: message?.id });
    const removed = await change('removeMessageFile(numberId: "main", kind: GREETING)');
    expect(removed.messages.find(({ kind }) => kind === 'GREETING')).toEqual(text);
    await upload('main', 'greeting', WAV);
    expect((await change('updateNumber(id: "main", greeting: null)')).messages).toEqual([]);
  });

  it('S21 on hold a caller hears the music of their Number', async () => {
    expect(await upload('main', 'music', MP3)).toMatchObject({ status: 200 });
    const music = await messageOf('main', 'MUSIC');
    const { callerLeg, callId } = await world.talking(alice);
    await alice.get('mutation($id: ID!) { holdCall(callId: $id) { __typename } }', { id: callId });
    await eventually(
      () => caller(callerLeg),
      (leg) => leg?.hears.join() === 'music' && leg.message?.id === music?.id,
    );
    await alice.get('mutation($id: ID!) { resumeCall(callId: $id) { __typename } }', { id: callId });
    await world.together(callerLeg, 'alice');
    await change('removeMessageFile(numberId: "main", kind: MUSIC)');
  });

  it.each([
    ['a text', Buffer.from('This is a text that somebody has called greeting.mp3.'), 422, 'INVALID_AUDIO', /WAV, MP3 or Ogg/],
    ['six minutes', wavOf([{ seconds: 360, hertz: [500] }]), 422, 'AUDIO_TOO_LONG', /Shorten/],
    ['silence', wavOf([{ seconds: 2, hertz: [] }]), 422, 'AUDIO_SILENT', /another/],
  ])('%s is refused with what can be done, and nothing is lost', async (_, file, status, code, remedy) => {
    await change('updateNumber(id: "support", greeting: "Bonjour.")');
    await upload('support', 'greeting', WAV);
    const before = await messageOf('support', 'GREETING');
    expect(await upload('support', 'greeting', file)).toEqual({
      status,
      said: { code, message: expect.any(String) as string, remedy: expect.stringMatching(remedy) as string },
    });
    expect((await messageOf('support', 'GREETING'))?.id).toBe(before?.id);
  });

  it('is ada’s affair: alice may not, and what is not there is not found', async () => {
    expect(await upload('main', 'greeting', WAV, alice)).toMatchObject({ status: 403, said: { code: 'FORBIDDEN' } });
    expect(await upload('nowhere', 'greeting', WAV)).toMatchObject({ status: 404, said: { code: 'NOT_FOUND' } });
    expect(await upload('main', 'song', WAV)).toMatchObject({ status: 404, said: { code: 'NOT_FOUND' } });
    expect(await messageOf('main', 'GREETING')).toBeUndefined();
  });
});
