import { refuse } from '@cordboard/decider';
import type { CommandOf } from './commands.ts';
import { nextCallId, type Call, type Conversation, type Leg } from './conversation.ts';
import { evolve, type Event } from './events.ts';
import { offersTo, partiesOf } from './offers.ts';
import type { Outcome } from './outcome.ts';

const IN_A_CALL = refuse('NOT_READY', 'You are in a call already.', 'End it, or put its caller through, and call then.');

/** An agent calls an outside party: their own phone is picked up for them, and the other one rings (D2: where it may be dialled). */
export function dial(state: Conversation, command: CommandOf<'dial'>): Outcome {
  const { agentId, to, line, at } = command;
  if (state.situation.is !== 'nothing') return [];
  if (command.notDialled) return command.notDialled;
  if (!line)
    return refuse(
      'INVALID_DESTINATION',
      'There is no Number to call from.',
      'Name one, or have an administrator give you a default Number.',
    );
  if (!command.isFree) return IN_A_CALL;
  const outside: Leg = { id: legOf(command, 1), address: to, agentId: null, engine: { as: 'ringing' } };
  const began: Event = {
    type: 'conversationBegan',
    id: command.conversationId,
    account: command.account,
    caller: outside,
    music: command.line?.music ?? null,
  };
  const call = newCall(evolve(state, began), { direction: 'OUTBOUND', lineId: line.id, caller: to, callerAgentId: null, agentId, at });
  return [
    began,
    { type: 'callBegan', call },
    {
      type: 'outsideDialled',
      callId: call.id,
      agentId,
      leg: { id: legOf(command, 2), address: agentId, agentId, engine: { as: 'ringing' } },
      shownAs: line.e164,
      until: new Date(Date.parse(at) + command.ringSeconds * 1_000).toISOString(),
    },
  ];
}

/** An agent calls a colleague, who is rung as by any new call. */
export function callAgent(state: Conversation, command: CommandOf<'callAgent'>): Outcome {
  const { agentId, colleague, shownAs, at, ringSeconds } = command;
  if (state.situation.is !== 'nothing') return [];
  if (!command.isFree) return IN_A_CALL;
  if (colleague?.agentId === agentId) return refuse('INVALID_DESTINATION', 'One cannot call oneself.', 'Choose somebody else.');
  if (!colleague)
    return refuse('TARGET_UNAVAILABLE', command.unavailableBecause ?? 'They are not available.', 'Call when they are available.');
  const calling: Leg = { id: legOf(command, 0), address: agentId, agentId, engine: { as: 'ringing' } };
  const began: Event = { type: 'conversationBegan', id: command.conversationId, account: command.account, caller: calling };
  const call = newCall(evolve(state, began), {
    direction: 'INTERNAL',
    lineId: null,
    caller: null,
    callerAgentId: agentId,
    agentId: null,
    at,
  });
  const opening: Event[] = [began, { type: 'callBegan', call }];
  return [
    ...opening,
    ...offersTo(opening.reduce(evolve, state), partiesOf([colleague]), {
      kind: 'DIRECT',
      call,
      transfer: null,
      at,
      ringSeconds,
      display: { ...shownAs, notice: null },
    }),
  ];
}

const newCall = (
  state: Conversation,
  call: Pick<Call, 'direction' | 'lineId' | 'caller' | 'callerAgentId' | 'agentId'> & { readonly at: string },
): Call => {
  const { at, ...of } = call;
  return { ...of, id: nextCallId(state), entryNumberId: null, viaTransferId: null, startedAt: at, answeredAt: null, ended: null };
};

/** Legs that come with an offer are numbered as it is; these come without. */
const legOf = ({ conversationId }: { readonly conversationId: string }, n: number): string => `${conversationId}-d${n}`;
