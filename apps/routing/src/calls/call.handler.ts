import { engagements, isLetGo, numberFollowed, visitOf, type Command, type Conversation, type Onward } from '@cordboard/domain-transfer';
import { fromCarrier, readCaller } from '@cordboard/phone-number';
import { log } from '@cordboard/platform-process';
import type { AgentStore } from '../agents/agent.store.ts';
import type { DirectoryStore } from '../agents/directory.store.ts';
import { homeOf } from '../agents/home.ts';
import type { ConversationHandler, Outcome, Prepared } from '../conversations/conversation.handler.ts';
import type { Cursor } from '../conversations/conversation.store.ts';
import { numberFacts } from './number-facts.ts';

type WithFacts = Extract<Command, { transferorAvailable: boolean }>;
/** A command before the facts are read that it may need. */
export type Bare = WithFacts extends infer C ? (C extends WithFacts ? Omit<C, keyof Onward | 'at'> : never) : never;

/** Calls come, ring and end: reads the facts that a command needs and lets the rules decide. */
export class CallHandler {
  constructor(
    private readonly conversations: ConversationHandler,
    private readonly agents: Pick<AgentStore, 'canTakeBack'>,
    private readonly directory: Pick<DirectoryStore, 'policy' | 'distributionOf' | 'distributionDialled' | 'homeCountry'>,
  ) {}

  /** An outside party calls a phone number, which may be a Number of the account. Both are read as a carrier there writes them (D19). */
  came(
    account: string,
    call: { conversationId: string; legId: string; from: string; to: string; at: string },
    cursor: Cursor,
  ): Promise<Outcome> {
    return this.conversations.execute(call.conversationId, { account, cursor }, async (state) => {
      const home = await homeOf(this.directory, account, call.from, call.to);
      const to = fromCarrier(call.to, home);
      const distribution = to === null ? null : await this.directory.distributionDialled(account, to);
      if (!distribution) log.warn({ account, conversationId: call.conversationId, to: call.to }, 'a call to a number that is none of ours');
      const number = distribution && numberFacts(distribution, { ringsWith: 'CALL', visit: visitOf(state), at: call.at });
      const caller = readCaller(call.from, home);
      return {
        command: {
          type: 'callCame',
          conversationId: call.conversationId,
          account,
          legId: call.legId,
          from: caller.e164,
          callerText: caller.shown,
          number: number?.facts ?? null,
          at: call.at,
        },
        ...(number ? { revs: number.revs } : {}),
      };
    });
  }

  /** Something that may leave a call unanswered: the rules are told who could take it next (S7, S8, S20). */
  happen(conversationId: string, account: string, bare: Bare, o: { at: string; cursor?: Cursor }): Promise<Outcome> {
    return this.conversations.execute(conversationId, { account, ...(o.cursor ? { cursor: o.cursor } : {}) }, (state) =>
      bare.type === 'legEnded' && isLetGo(state, bare.legId)
        ? { command: { ...bare, at: o.at, ...NOBODY_NEXT } }
        : this.withFacts(state, bare, o.at),
    );
  }

  private async withFacts(state: Conversation, bare: Bare, at: string): Promise<Prepared> {
    const { account } = state;
    const pending = state.transfers.find((transfer) => transfer.endedAt === null);
    const followed = numberFollowed(state);
    const [transferor, policy, distribution] = await Promise.all([
      pending ? this.agents.canTakeBack(account, pending.transferorId) : null,
      this.directory.policy(account),
      followed === null ? null : this.directory.distributionOf(account, followed),
    ]);
    const number =
      distribution &&
      numberFacts(distribution, { ringsWith: pending ? 'TRANSFER' : 'CALL', visit: visitOf(state), at, rungHere: rungIn(state) });
    const facts: Onward = {
      transferorAvailable: transferor?.available ?? false,
      ringSeconds: policy.ringSeconds,
      number: number?.facts ?? null,
    };
    return {
      command: { ...bare, at, ...facts },
      revs: new Map([...(number?.revs ?? []), ...(pending && transferor ? [[pending.transferorId, transferor.rev] as const] : [])]),
    };
  }
}

/** Where nothing is left unanswered, nobody is looked for: of a team that is let go, each phone's end would ask for it. */
const NOBODY_NEXT: Onward = { transferorAvailable: false, ringSeconds: 0, number: null };

const rungIn = (state: Conversation): ReadonlySet<string> =>
  new Set([...engagements(state)].flatMap(([agentId, as]) => (as === 'RINGING' ? [agentId] : [])));
