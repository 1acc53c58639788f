import type { PreparedEngine } from '@cordboard/tools/asterisk';
import WebSocket from 'ws';

/** The least that a program does for a call and its warm transfer on an Asterisk: ARI requests one after the other, nothing kept, nothing told. */
export interface BareDialer {
  /** Who is rung by the caller who comes next. */
  next(agent: string): void;
  /** Each caller who comes now is put through to the next of these, and recorded. */
  crowd(agents: readonly string[]): void;
  /** The caller hears music, and the first agent talks with this one. */
  consult(agent: string): Promise<void>;
  complete(): Promise<void>;
  /** Ends all that is left. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Event {
  readonly type: string;
  readonly args?: readonly string[];
  readonly channel?: { readonly id: string; readonly state: string };
}

/** @param engine where nobody else is */
export async function bareDialer({ url, user, password }: PreparedEngine): Promise<BareDialer> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const ari = async (method: string, path: string): Promise<string> => {
    const answer = await fetch(`${url}/ari/${path}`, { method, headers: { authorization } });
    const text = await answer.text();
    if (!answer.ok && method !== 'DELETE') throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  const join = (bridge: string, channel: string) =>
    ari('POST', `bridges/${bridge}/addChannel?channel=${channel}&inhibitConnectedLineUpdates=true`);
  let count = 0;
  let agents: string[] = [];
  let isCrowd = false;
  let call = { caller: '', first: '', main: '', second: '' };
  /** What is done when a leg that was dialled comes into our hands, and when it answers. */
  const ready = new Map<string, () => Promise<unknown>>();
  const answered = new Map<string, () => Promise<unknown>>();

  const dial = async (agent: string, then: (leg: string) => Promise<unknown>): Promise<string> => {
    const leg = `leg-${(count += 1)}`;
    ready.set(leg, () => ari('POST', `channels/${leg}/dial?timeout=60`));
    answered.set(leg, () => then(leg));
    await ari('POST', `channels/create?endpoint=PJSIP/${agent}&app=cordboard&appArgs=dialled&channelId=${leg}`);
    return leg;
  };
  const incoming = async (caller: string): Promise<void> => {
    const main = `main-${(count += 1)}`;
    await ari('POST', `channels/${caller}/ring`);
    const first = await dial(agents.shift() ?? '', async (leg) => {
      await ari('POST', `channels/${caller}/answer`);
      await ari('POST', `bridges/${main}?type=mixing`);
      await join(main, leg);
      await join(main, caller);
      await ari('POST', `bridges/${main}/record?name=${main}&format=wav`);
    });
    if (!isCrowd) call = { caller, first, main, second: '' };
  };
  const hear = async ({ type, args, channel }: Event): Promise<void> => {
    const id = channel?.id ?? '';
    if (type === 'StasisStart' && args?.[0] === 'inbound') await incoming(id);
    else if (type === 'StasisStart') await ready.get(id)?.();
    else if (type === 'ChannelStateChange' && channel?.state === 'Up') await answered.get(id)?.();
  };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ari/events?app=cordboard&subscribeAll=true`, { auth: `${user}:${password}` });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data) => void hear(JSON.parse(String(data)) as Event).catch((error: unknown) => console.error('bare:', error)));

  return {
    next: (agent) => void (agents = [agent]),
    crowd: (all) => {
      isCrowd = true;
      agents = [...all];
    },
    consult: async (agent) => {
      const consultation = `consultation-${(count += 1)}`;
      await ari('POST', `bridges/${consultation}?type=mixing`);
      await join(consultation, call.first);
      await ari('POST', `channels/${call.caller}/moh`);
      const second = await dial(agent, (leg) => join(consultation, leg));
      call = { ...call, second };
    },
    complete: async () => {
      await ari('DELETE', `channels/${call.caller}/moh`);
      await join(call.main, call.second);
      await ari('DELETE', `channels/${call.first}`);
    },
    clear: async () => {
      for (const kind of ['channels', 'bridges'])
        for (const { id } of JSON.parse(await ari('GET', kind)) as readonly { id: string }[]) await ari('DELETE', `${kind}/${id}`);
    },
    close: async () => socket.close(),
  };
}
