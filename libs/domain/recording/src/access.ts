/** Who asks to hear something. */
export interface Listener {
  readonly agentId: string;
  readonly role: 'AGENT' | 'SUPERVISOR' | 'ADMIN';
}

/** Whose a recording is. */
export interface Assignment {
  /** The agents who last talked in its call: two on an internal call; none, as in a voicemail's. */
  readonly callAgentIds: readonly string[];
  /** The agents whom its Number is assigned to. */
  readonly numberAgentIds: readonly string[];
}

/** Whom a Number is assigned to: its dedicated agent, or the members of its dedicated team (D9). */
export const assigneesOf = (number: {
  readonly dedicatedAgentId: string | null;
  readonly teamMemberIds: readonly string[];
}): readonly string[] => (number.dedicatedAgentId === null ? number.teamMemberIds : [number.dedicatedAgentId]);

/**
 * Whether somebody of the account may hear one of its recordings.
 * @rule S29 supervisors and administrators every one  @rule S30 agents those of calls and Numbers assigned to them, no others
 */
export const mayHear = ({ agentId, role }: Listener, { callAgentIds, numberAgentIds }: Assignment): boolean =>
  role !== 'AGENT' || callAgentIds.includes(agentId) || numberAgentIds.includes(agentId);
