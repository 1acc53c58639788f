import { refuse, type Decider, type Refusal } from '@cordboard/decider';
import { refusedId } from './id.ts';
import { nameOf } from './name.ts';

/** Somebody of an account who takes calls. */
export interface Agent {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly extension: string;
  readonly role: 'AGENT' | 'SUPERVISOR' | 'ADMIN';
  readonly defaultNumberId: string | null;
  /** E.164. */
  readonly forwarding: string | null;
  readonly mayDialOut: boolean;
}

/** The agent as they are wanted, with facts that were read just before. */
export interface SaveAgent {
  readonly agent: Agent;
  readonly isDeactivated: boolean;
  readonly idIsTaken: boolean;
  readonly extensionIsTaken: boolean;
  readonly forwardingIsValid: boolean;
  /** Whether it is a Number of the account. */
  readonly forwardingIsOurs: boolean;
  /** Why the account's policy does not let anything be forwarded there (D22); null where it does. */
  readonly forwardingTooCostly: Refusal<'FORBIDDEN_DESTINATION'> | null;
}
export interface AgentSaved {
  readonly type: 'saved';
  readonly agent: Agent;
}
export type AgentRefusal =
  | 'DEACTIVATED'
  | 'INVALID_ID'
  | 'ID_TAKEN'
  | 'INVALID_NAME'
  | 'INVALID_EXTENSION'
  | 'EXTENSION_TAKEN'
  | 'INVALID_FORWARDING'
  | 'FORBIDDEN_DESTINATION';

/** Who is an agent of the account, and how they are reached. A forwarding leads out of the account, so that no call goes in circles. */
export const agents: Decider<SaveAgent, AgentSaved, Agent | null, AgentRefusal> = {
  initial: null,

  decide: (state, command) => {
    const { agent } = command;
    if (command.isDeactivated) return refuse('DEACTIVATED', `${agent.name} is deactivated.`, 'Reactivate the agent first.');
    const badId = state === null ? refusedId(agent.id, command.idIsTaken) : null;
    if (badId) return badId;
    const named = nameOf('An agent', agent.name);
    if ('refused' in named) return named;
    if (!/^\d{2,8}$/.test(agent.extension))
      return refuse('INVALID_EXTENSION', 'An extension has 2 to 8 digits.', 'Choose an extension like 105.');
    if (command.extensionIsTaken)
      return refuse('EXTENSION_TAKEN', `Another agent has the extension ${agent.extension}.`, 'Choose another extension.');
    if (agent.forwarding !== null && command.forwardingIsOurs)
      return refuse(
        'INVALID_FORWARDING',
        `${agent.forwarding} is a Number of the account: its calls could come back here for ever.`,
        'Forward to a number outside of the account, or let a Number ring this agent and others.',
      );
    if (agent.forwarding !== null && !command.forwardingIsValid)
      return refuse(
        'INVALID_FORWARDING',
        `${agent.forwarding} is not a phone number that exists.`,
        'Check the country code and the digits.',
      );
    if (agent.forwarding !== state?.forwarding && command.forwardingTooCostly) return command.forwardingTooCostly;
    const wanted = { ...agent, ...named };
    return state !== null && isSame(state, wanted) ? [] : [{ type: 'saved', agent: wanted }];
  },

  evolve: (_, event) => event.agent,
};

const isSame = (a: Agent, b: Agent): boolean =>
  a.name === b.name &&
  a.extension === b.extension &&
  a.role === b.role &&
  a.defaultNumberId === b.defaultNumberId &&
  a.forwarding === b.forwarding &&
  a.mayDialOut === b.mayDialOut;
