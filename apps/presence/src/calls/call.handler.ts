import { isRefusal, type Refusal } from '@cordboard/decider';
import { callTags, type TagRefusal } from '@cordboard/domain-presence';
import type { Sql } from '@cordboard/platform-database';
import type { Followers, OutboxRow } from '@cordboard/platform-messaging';
import { seesAll, type Identity } from '@cordboard/platform-subgraph';
import type { Changed, PresenceHandler } from '../agents/presence.handler.ts';
import type { PresenceDatabase } from '../database.store.ts';
import type { CallRow, CallStore } from './call.store.ts';

export type Tagged =
  { readonly is: 'tagged' | 'unknown' | 'forbidden' } | { readonly is: 'refused'; readonly refusal: Refusal<TagRefusal> };

/** Whether somebody may see this call: they took or take part in it, or see all. */
export const maySee = (call: Pick<CallRow, 'participants'>, identity: Identity): boolean =>
  seesAll(identity) || call.participants.includes(identity.agentId);

/** Tags calls. What a tag was due for is done with when this answers, and the history has the tags. */
export class CallHandler {
  constructor(
    private readonly database: PresenceDatabase,
    private readonly calls: CallStore,
    private readonly presence: PresenceHandler,
    private readonly history: Followers,
  ) {}

  async tag(identity: Identity, callId: string, written: readonly string[]): Promise<Tagged> {
    const at = new Date().toISOString();
    const { row, changed, ...tagged } = await this.database.transaction((tx) => this.tagIn(tx, { identity, callId, written, at }));
    if (row) await this.presence.afterwards(changed, row);
    if (row) await this.history.haveSeen([row]);
    return tagged;
  }

  private async tagIn(
    tx: Sql,
    { identity, callId, written, at }: { identity: Identity; callId: string; written: readonly string[]; at: string },
  ): Promise<Tagged & { readonly row?: OutboxRow; readonly changed?: Changed }> {
    const { account, agentId } = identity;
    const call = await this.calls.hold(tx, account, callId);
    if (!call || !maySee(call, identity)) return { is: 'unknown' };
    if (!seesAll(identity) && call.agentId !== agentId && call.callerAgentId !== agentId) return { is: 'forbidden' };
    const outcome = callTags.decide({ tags: call.tags, mustHave: call.mustHaveTag }, { written, list: call.list });
    if (isRefusal(outcome)) return { is: 'refused', refusal: outcome };
    const [event] = outcome;
    if (!event) return { is: 'tagged' };
    const row = await this.calls.tag(tx, call, event.tags, agentId);
    if (call.agentId === null || event.tags.length === 0) return { is: 'tagged', row };
    const commands = async () => [{ type: 'callTagged' as const, callId, at }];
    return { is: 'tagged', row, changed: await this.presence.changeIn(tx, { account, agentId: call.agentId, at, commands }) };
  }
}
