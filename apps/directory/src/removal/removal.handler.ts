import type { Refusal } from '@cordboard/decider';
import { neededByCalls } from '@cordboard/contracts';
import { removals, type Needs, type RemovalEvent, type RemovalRefusal } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import { NoAnswer, type Bus } from '@cordboard/platform-messaging';
import { upstreamUnavailable } from '@cordboard/platform-subgraph';
import { NumberStore } from '../numbers/number.store.ts';

/** An agent, a team or a Number that is to be removed. */
export interface Removable extends Pick<Needs, 'kind' | 'name' | 'dedicated' | 'isOneself'> {
  readonly account: string;
  readonly id: string;
}

/** Decides whether something may be removed, by what needs it at this moment (D21). */
export class RemovalHandler {
  constructor(private readonly bus: Pick<Bus, 'ask'>) {}

  /**
   * In the transaction of its removal.
   * @throws GraphQLError UPSTREAM_UNAVAILABLE where routing, which knows the live calls, cannot be asked
   */
  async decide(tx: Sql, what: Removable): Promise<readonly RemovalEvent[] | Refusal<RemovalRefusal>> {
    const { account, kind, id, name, dedicated, isOneself } = what;
    const needs: Needs = {
      kind,
      name,
      dedicated,
      isOneself,
      neededByCalls: await this.areNeededByCalls(account, kind, id),
      rungBy: kind === 'NUMBER' ? [] : await new NumberStore(tx).thatRing(account, kind === 'AGENT' ? { agentId: id } : { teamId: id }),
    };
    return removals.decide('KEPT', { type: 'remove', needs });
  }

  private async areNeededByCalls(account: string, kind: Removable['kind'], id: string): Promise<boolean> {
    try {
      return (await this.bus.ask(neededByCalls, { account, kind, id })).needed;
    } catch (error) {
      if (error instanceof NoAnswer) throw upstreamUnavailable('Whether a live call needs it cannot be found out right now.');
      throw error;
    }
  }
}
