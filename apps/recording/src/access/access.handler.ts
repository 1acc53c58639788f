import { mayHear } from '@cordboard/domain-recording';
import type { Identity } from '@cordboard/platform-subgraph';
import type { NumberStore } from '../numbers/number.store.ts';

/** Whose something that can be heard is: the agents of its call, and its Number. */
export interface Heard {
  readonly agentIds: readonly string[];
  readonly lineId: string | null;
}

/** Who may hear what, decided when it is asked: whose a Number is now counts. */
export class Access {
  constructor(private readonly numbers: NumberStore) {}

  /** Ids of the Numbers of which somebody may hear everything; null: of all, known here or not. */
  async numbersOf(identity: Identity): Promise<readonly string[] | null> {
    const may = (numberAgentIds: readonly string[]): boolean => mayHear(identity, { callAgentIds: [], numberAgentIds });
    if (may([])) return null;
    return (await this.numbers.ofAccount(identity.account)).filter(({ agentIds }) => may(agentIds)).map(({ id }) => id);
  }

  /** Of these, those that somebody may hear. */
  async heard<Thing extends Heard>(identity: Identity, things: readonly Thing[]): Promise<Thing[]> {
    if (things.length === 0) return [];
    const numbers = new Map((await this.numbers.ofAccount(identity.account)).map(({ id, agentIds }) => [id, agentIds]));
    return things.filter(({ agentIds, lineId }) =>
      mayHear(identity, { callAgentIds: agentIds, numberAgentIds: numbers.get(lineId ?? '') ?? [] }),
    );
  }
}
