import { refuse, type Refusal } from '@cordboard/decider';
import { agentChoice, whyNotDialled, type Command, type RefusalCode } from '@cordboard/domain-transfer';
import { hindranceFor } from '@cordboard/domain-presence';
import { newId } from '@cordboard/platform-process';
import { isFree, type KnownAgent } from '../agents/agent.row.ts';
import type { AgentStore } from '../agents/agent.store.ts';
import type { DirectoryStore } from '../agents/directory.store.ts';
import { destinationOf } from '../agents/destination.ts';
import { homeOf } from '../agents/home.ts';
import type { ConversationHandler, Done } from '../conversations/conversation.handler.ts';
import { soundOf } from './number-facts.ts';

/** A call that an agent began, why they could not, or what there is none of in the account. */
export type Begun =
  | ({ readonly is: 'begun' } & Pick<Done, 'state' | 'told'>)
  | { readonly is: 'refused'; readonly refusal: Refusal<RefusalCode> }
  | { readonly is: 'unknown'; readonly what: 'agent' | 'Number' };

/** Calls that agents begin: to outside parties and to colleagues. */
export class DialHandler {
  constructor(
    private readonly conversations: ConversationHandler,
    private readonly agents: Pick<AgentStore, 'find'>,
    private readonly directory: Pick<DirectoryStore, 'policy' | 'number' | 'numberDialled' | 'homeCountry' | 'firstNumber'>,
  ) {}

  async dial(account: string, agentId: string, o: { readonly to: string; readonly fromNumberId: string | null }): Promise<Begun> {
    const destination = destinationOf(o.to, await homeOf(this.directory, account, o.to));
    const own = await this.directory.numberDialled(account, destination.e164);
    if (own) return { is: 'refused', refusal: OWN_NUMBER };
    if (o.fromNumberId !== null && !(await this.directory.number(account, o.fromNumberId))) return { is: 'unknown', what: 'Number' };
    return this.begin(account, [agentId], async (conversationId, [agent], at) => {
      const policy = await this.directory.policy(account);
      const lineId = o.fromNumberId ?? agent?.defaultNumberId ?? null;
      const named = lineId === null ? null : await this.directory.number(account, lineId);
      const line = named ?? (destination.short === 'EMERGENCY' ? await this.directory.firstNumber(account) : null); // D22: by everybody
      const notDialled = whyNotDialled(destination, policy, agent?.mayDialOut ?? false);
      return {
        type: 'dial',
        conversationId,
        account,
        agentId,
        to: destination.e164,
        notDialled,
        line: line && { id: line.id, e164: line.e164, music: soundOf(line.files.music) },
        isFree: agent !== undefined && isFree(agent),
        ringSeconds: policy.ringSeconds,
        at,
      };
    });
  }

  async callAgent(account: string, agentId: string, colleagueId: string): Promise<Begun> {
    const [known] = await this.agents.find(account, [colleagueId]);
    if (!known?.active) return { is: 'unknown', what: 'agent' };
    return this.begin(account, [agentId, colleagueId], async (conversationId, [agent, colleague], at) => {
      const policy = await this.directory.policy(account);
      const mayBeRung = colleague !== undefined && (colleagueId === agentId || hindranceFor('CALL', colleague.standing) === null);
      const choice = colleague && agentChoice(colleague.name, colleague.standing);
      return {
        type: 'callAgent',
        conversationId,
        account,
        agentId,
        shownAs: { number: agent?.extension ?? '', name: agent?.name ?? agentId },
        isFree: agent !== undefined && isFree(agent),
        colleague: mayBeRung ? { agentId: colleagueId, forwardedTo: colleague.forwarding } : null,
        unavailableBecause: choice?.available === false ? choice.because.message : `${known.name} takes transfers only.`,
        ringSeconds: policy.ringSeconds,
        at,
      };
    });
  }

  /** Those whom it is about are read at one instant: if it is refused, the hindrance named is one that stood first. */
  private async begin(
    account: string,
    agentIds: readonly string[],
    command: (conversationId: string, agents: readonly (KnownAgent | undefined)[], at: string) => Promise<Beginning>,
  ): Promise<Begun> {
    const id = newId();
    const outcome = await this.conversations.execute(id, { account }, async () => {
      const found = await this.agents.find(account, agentIds);
      const agents = agentIds.map((agentId) => found.find((agent) => agent.id === agentId));
      const revs = new Map(found.map((agent) => [agent.id, agent.rev]));
      return { command: await command(id, agents, new Date().toISOString()), revs };
    });
    if (outcome.is === 'done') return { is: 'begun', state: outcome.state, told: outcome.told };
    if (outcome.is === 'refused') return outcome;
    throw new Error('a call is begun once, by nobody but its agent');
  }
}

type Beginning = Extract<Command, { type: 'dial' | 'callAgent' }>;

const OWN_NUMBER = refuse(
  'INVALID_DESTINATION',
  'This is a Number of the account itself.',
  'Call the colleague, or transfer a call to the Number.',
);
