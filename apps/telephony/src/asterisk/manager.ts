import { EngineGone } from '../engine/port.ts';
import type { AriAccess } from './ari/client.ts';

/**
 * Tells the phone that a channel rings to pick up: a NOTIFY of the event package `talk`, which desk phones call remote control. ARI
 * cannot send it, so this goes through the engine's manager over HTTP, under the same user. A phone that does not know it rings on.
 */
export async function pickUp({ url, user, password }: AriAccess, channel: string): Promise<void> {
  const ask = (action: string, parameters: Record<string, string>, cookie = ''): Promise<Response> =>
    fetch(`${url}/rawman?${new URLSearchParams({ action, ...parameters })}`, {
      headers: { cookie },
      signal: AbortSignal.timeout(5_000),
    }).catch(() => {
      throw new EngineGone();
    });
  const session = await ask('Login', { Username: user, Secret: password });
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  await session.text();
  const answer = await (await ask('PJSIPNotify', { Channel: channel, Variable: 'Event=talk' }, cookie)).text();
  await (await ask('Logoff', {}, cookie)).text();
  if (/Response: Error/.test(answer) && !/not found|does not exist|no such/i.test(answer))
    throw new Error(`Asterisk cannot tell a phone to pick up: ${answer.trim()}`);
}
