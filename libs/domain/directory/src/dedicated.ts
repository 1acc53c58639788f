import { refuse, type Refusal } from '@cordboard/decider';

/** An agent or a team, with the Number of its own where it has one. */
export interface NumberHolder {
  readonly kind: 'AGENT' | 'TEAM';
  readonly name: string;
  readonly dedicatedNumberId: string | null;
}

/** @rule S22 an agent or a team is reached through a Number of its own; what lacks one is told so, and how to get it */
export const dedicatedNumberOf = (holder: NumberHolder): { readonly numberId: string } | Refusal<'NO_DEDICATED_NUMBER'> =>
  holder.dedicatedNumberId === null
    ? refuse('NO_DEDICATED_NUMBER', `${holder.kind === 'TEAM' ? 'The team ' : ''}${holder.name} has no dedicated Number.`, REMEDY)
    : { numberId: holder.dedicatedNumberId };

const REMEDY = 'An administrator dedicates a Number to it; then create a contact with that Number and transfer to the contact.';
