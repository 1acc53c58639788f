/** What an engine knows of a call at a phone. */
export interface KnownToEngine {
  /** The call that the leg carries now. */
  readonly callId: string | null;
  readonly held: boolean;
}

/** What an engine knows now, by the Call-ID of SIP; nothing while it does not answer. */
export type EngineView = () => Promise<ReadonlyMap<string, KnownToEngine>>;

interface Channel {
  readonly id: string;
  readonly channelvars?: Readonly<Record<string, string>>;
}

/** Looks at an Asterisk over ARI: telephony writes on each channel what must outlive it. */
export function engineView({ url, user, password }: { url: string; user: string; password: string }): EngineView {
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const get = async <T>(path: string): Promise<T | null> => {
    const answer = await fetch(`${url}/ari/${path}`, { headers, signal: AbortSignal.timeout(2_000) }).catch(() => null);
    return answer?.ok ? ((await answer.json()) as T) : null;
  };
  /** Of channels that were seen: a channel has one for all its life. */
  const callIds = new Map<string, string>();
  const callIdOf = async ({ id }: Channel): Promise<string> => {
    const variable = encodeURIComponent('CHANNEL(pjsip,call-id)');
    const known =
      callIds.get(id) ?? (await get<{ value: string }>(`channels/${encodeURIComponent(id)}/variable?variable=${variable}`))?.value;
    if (known) callIds.set(id, known);
    return known ?? '';
  };
  return async () => {
    const channels = (await get<readonly Channel[]>('channels')) ?? [];
    for (const id of callIds.keys()) if (!channels.some((channel) => channel.id === id)) callIds.delete(id);
    return new Map(
      await Promise.all(
        channels.map(async (channel): Promise<[string, KnownToEngine]> => [
          await callIdOf(channel),
          { callId: channel.channelvars?.['CORDBOARD_CALL'] || null, held: channel.channelvars?.['CORDBOARD_HELD'] === '1' },
        ]),
      ),
    );
  };
}
