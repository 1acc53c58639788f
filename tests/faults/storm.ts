import { eventually } from '@cordboard/testing';
import type { AgentApp, Answer, World } from '../stories/people.ts';

/** Two agents who hand calls over: `from` is behind the Number that is called. */
export interface Pair {
  readonly from: AgentApp;
  readonly to: AgentApp;
  readonly number: string;
}

/** A startTransfer that was answered with a transfer. */
export interface Acknowledged {
  readonly key: string;
  readonly transferId: string;
}

/** What came of the transfers that were started. */
export interface Tally {
  /** Stories begun, and those that came to the end that was meant for them. */
  begun: number;
  asMeant: number;
  /** Times that something had to be asked again. */
  retries: number;
  /** Why the others did not. */
  readonly givenUp: string[];
  readonly acknowledged: Acknowledged[];
  /** A key that was given again and was answered with another transfer. */
  readonly other: string[];
  /** Pairs that did not become free again. */
  readonly stuck: string[];
}

/** How long one step of a story is tried for, in ms; then its call is given up and hung up. */
const PATIENCE = 20_000;
/** How often a story is begun, in ms, whether or not those before it have ended. */
const EVERY = 120;

class GivenUp extends Error {}

/** Calls that come in at a steady pace and are handed over, cold and warm, taken, turned down, taken back: through the gateway, by agents who ask again when a request fails. */
export class Storm {
  readonly tally: Tally = { begun: 0, asMeant: 0, retries: 0, givenUp: [], acknowledged: [], other: [], stuck: [] };
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  /** @param number one that no other storm in this world has: it is in its callers' numbers and its keys */
  constructor(
    private readonly world: World,
    private readonly number: number,
    private readonly free: Pair[],
  ) {}

  begin(): void {
    this.timer = setInterval(() => {
      const pair = this.free.shift();
      if (!pair) return;
      const story = this.tell(pair, (this.tally.begun += 1)).then(
        () => void this.free.push(pair),
        (error: Error) => void this.tally.stuck.push(`${pair.from.id}: ${error.message}`),
      );
      this.running.add(story);
      void story.finally(() => this.running.delete(story));
    }, EVERY);
  }

  /** No more stories are begun; resolves when those that were are told. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.running);
  }

  /** One call, one transfer. @throws when its agents are not free again afterwards */
  private async tell(pair: Pair, n: number): Promise<void> {
    const caller = `+336${this.number}${String(n).padStart(7, '0')}`;
    const calls = new Set<string>();
    const legId = await this.insist(() => this.world.call(caller, pair.number)).catch(() => null);
    if (legId === null) return;
    try {
      await this.handOver(pair, n, caller, calls);
      this.tally.asMeant += 1;
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      this.tally.givenUp.push(`${n}: ${error.message}`); // its call was lost with the engine, or went another way
    }
    await this.insist(() => this.hangUp(legId));
    await Promise.all([pair.from, pair.to].map((app) => this.freeAgain(app, calls)));
  }

  private async handOver({ from, to }: Pair, n: number, caller: string, calls: Set<string>): Promise<void> {
    const direct = await this.offer(from, (offer) => offer.kind === 'DIRECT' && offer.caller === caller);
    const callId = await this.accept(from, direct, calls);
    const [mode, then] = STORIES[n % STORIES.length] ?? STORIES[0];
    const key = `storm-${this.number}-${n}`;
    const start = async () => {
      const { startTransfer } = await this.ask<{ startTransfer: { __typename: string; id: string } }>(
        from,
        'mutation($input: StartTransferInput!) { startTransfer(input: $input) { __typename ... on Transfer { id } } }',
        { input: { callId, mode, target: { agentId: to.id }, idempotencyKey: key } },
      );
      if (startTransfer.__typename !== 'Transfer') throw new GivenUp('refused');
      return startTransfer.id;
    };
    const transferId = await start();
    this.tally.acknowledged.push({ key, transferId });
    const offer = await this.offer(to, (made) => made.callId === callId && made.kind === `${mode}_TRANSFER`);
    if (then === 'reject') {
      await this.ask(to, 'mutation($id: ID!) { rejectOffer(offerId: $id) { __typename } }', { id: offer });
      await this.accept(from, await this.offer(from, (made) => made.callId === callId && made.kind === 'TRANSFER_RETURN'), calls);
    } else {
      await this.accept(to, offer, calls);
      if (then !== 'talk') await this.ask(from, `mutation($id: ID!) { ${then}(transferId: $id) { __typename } }`, { id: transferId });
    }
    const again = await start(); // as a client does that never saw the answer
    if (again !== transferId) this.tally.other.push(`${key}: ${transferId}, then ${again}`);
    const { transfer } = await this.ask<{ transfer: { newCallId: string | null } }>(
      from,
      'query($id: ID!) { transfer(id: $id) { newCallId } }',
      {
        id: transferId,
      },
    );
    if (transfer.newCallId) calls.add(transfer.newCallId);
  }

  private async offer(app: AgentApp, is: (offer: { kind: string; callId: string; caller: string }) => boolean): Promise<string> {
    const made = async () => {
      await app.keepOpen();
      return app.offers.find(({ offer }) => offer && is(offer))?.offer;
    };
    const offer = await eventually(made, Boolean, PATIENCE).catch(() => undefined);
    if (!offer) throw new GivenUp(`${app.id} was never shown the offer`);
    return offer.id;
  }

  private async accept(app: AgentApp, offerId: string, calls: Set<string>): Promise<string> {
    const { acceptOffer } = await this.ask<{ acceptOffer: { __typename: string; id: string } }>(
      app,
      'mutation($id: ID!) { acceptOffer(offerId: $id) { __typename ... on Call { id } } }',
      { id: offerId },
    );
    if (acceptOffer.__typename !== 'Call') throw new GivenUp('refused');
    calls.add(acceptOffer.id);
    return acceptOffer.id;
  }

  /** Through the gateway, again and again while it fails for reasons that pass. */
  private ask<Data>(app: AgentApp, query: string, variables: object): Promise<Data> {
    return this.insist(async () => {
      const { data, errors }: Answer<Data | null> = await app.ask(query, variables);
      if (errors?.some(({ extensions }) => /NOT_FOUND|FORBIDDEN|BAD_USER_INPUT/.test(extensions.code)))
        throw new GivenUp(errors[0]?.message);
      if (!data || errors) throw new Error(errors?.[0]?.message);
      return data;
    });
  }

  private async insist<T>(work: () => Promise<T>): Promise<T> {
    let given: GivenUp | undefined;
    const answer = await eventually(
      () =>
        work().then(
          (value) => ({ value }),
          (error: unknown) => {
            if (error instanceof GivenUp) given = error;
            else this.tally.retries += 1;
            return null;
          },
        ),
      (seen) => seen !== null || given !== undefined,
      PATIENCE,
    ).catch((error: Error) => {
      throw new GivenUp(error.message);
    });
    if (!answer) throw given ?? new GivenUp('no answer');
    return answer.value;
  }

  /** The caller hangs up, or has gone already. */
  private async hangUp(legId: string): Promise<void> {
    await this.world.simulator('POST', `/legs/${legId}/hangup`).catch((error: Error) => {
      if (!/: 40[49] /.test(error.message)) throw error;
    });
  }

  /** Ends the wrap-ups of these calls, and waits until the agent's own app shows that they can be rung again. */
  private async freeAgain(app: AgentApp, calls: ReadonlySet<string>): Promise<void> {
    await eventually(
      async () => {
        await app.keepOpen();
        if (app.steps(app.id).at(-1) === 'WRAP_UP')
          for (const id of calls) await app.ask('mutation($id: ID!) { endWrapUp(callId: $id) { __typename } }', { id }).catch(() => null);
        return app.steps(app.id).at(-1);
      },
      (availability) => availability === 'AVAILABLE',
      90_000,
    );
  }
}

/** What is done with a call, in turn: how it is handed over, and what the colleague or then the transferor does. */
const STORIES = [
  ['COLD', 'talk'],
  ['WARM', 'completeTransfer'],
  ['COLD', 'reject'],
  ['WARM', 'cancelTransfer'],
] as const;
