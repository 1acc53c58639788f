import { agentCalls, offerInGraph, type OfferView } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import { Inbox } from './inbox.ts';
import { patiently } from './patient.ts';
import { routingSaid } from './said.ts';
import type { Heard, Tap } from './tap.ts';
import { Followed, openTopic, type Moment, type Reading, type Topic } from './topic.ts';

const moment = (event: object): Moment => ({ event: () => event });
const made = (offer: OfferView): Moment => moment({ __typename: 'OfferMade', offer: { __typename: 'Offer', ...offerInGraph(offer) } });
const withdrawn = ({ id }: OfferView, outcome: OfferView['outcome']): Moment =>
  moment({ __typename: 'OfferWithdrawn', offerId: id, outcome });

/** What rings for an agent: what rings already, then each offer once, and once that it does not ring any more. */
export class OffersTopic implements Topic {
  private readonly followed = new Followed();
  readonly follow = this.followed.follow;
  /** What rings, as it was last shown: a warm transfer whose transferor leaves goes on ringing as a cold one. */
  private readonly ringing = new Map<string, { readonly offer: OfferView; readonly moment: Moment }>();
  private readonly inbox: Inbox<Heard>;
  private readonly end: () => void;
  private stopped = false;

  private constructor(
    private readonly bus: Bus,
    tap: Tap,
    private readonly whose: { readonly account: string; readonly agentId: string },
    opened: Promise<void>,
  ) {
    this.inbox = new Inbox<Heard>(
      opened,
      (heard) => this.hear(heard),
      (error) => log.error({ err: error }, 'something that was said of offers could not be shown'),
    );
    this.end = tap.listen((heard) => this.inbox.push(heard));
  }

  static async open(bus: Bus, tap: Tap, whose: { readonly account: string; readonly agentId: string }): Promise<OffersTopic> {
    return openTopic(
      (looked) => new OffersTopic(bus, tap, whose, looked),
      (topic) => topic.look(),
      () => undefined,
    );
  }

  stop(): void {
    this.stopped = true;
    this.end();
  }

  /** An offer rings or it does not: there is no past to resume, and a reader begins with all that rings. */
  async read(): Promise<Reading> {
    await this.inbox.settled();
    return { moments: [...this.ringing.values()].map(({ moment }) => moment), upTo: this.followed.last };
  }

  private async hear(heard: Heard): Promise<void> {
    if (heard.is === 'lost') {
      while (!this.stopped && (await this.look().catch((error: unknown) => error))) log.warn('offers cannot be looked at; trying again');
      return;
    }
    for (const event of routingSaid(heard.told)) {
      if ((event.type !== 'offer.made' && event.type !== 'offer.ended') || event.offer.agentId !== this.whose.agentId) continue;
      if (event.type === 'offer.made') this.ring(event.offer);
      else if (this.ringing.delete(event.offer.id)) this.followed.tell(withdrawn(event.offer, event.offer.outcome));
    }
  }

  private ring(offer: OfferView): void {
    if (this.ringing.get(offer.id)?.offer.kind === offer.kind) return;
    const moment = made(offer);
    this.ringing.set(offer.id, { offer, moment });
    this.followed.tell(moment);
  }

  private async look(): Promise<void> {
    const rang = [...this.ringing.keys()];
    const { offers, ended } = await patiently(this.bus, () => this.bus.ask(agentCalls, { ...this.whose, rang }));
    for (const { offer } of [...this.ringing.values()]) {
      if (offers.some(({ id }) => id === offer.id) || !this.ringing.delete(offer.id)) continue;
      this.followed.tell(withdrawn(offer, ended.find(({ id }) => id === offer.id)?.outcome ?? 'RESCINDED'));
    }
    for (const offer of offers) this.ring(offer);
  }
}
