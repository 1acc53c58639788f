import type { PhoneKey } from '@cordboard/contracts';
import type { Network, NetworkLeg } from './network.ts';
import type { Reaction } from './script.ts';

/** There is no such leg, or no longer. */
export class NoSuchLeg extends Error {
  constructor(id: string) {
    super(`There is no live leg ${id}: it never was, or it has ended.`);
  }
}

/** A phone cannot do that now. */
export class NotNow extends Error {}

/** What people can do with the phones at the legs of the network. Each throws NoSuchLeg or NotNow where a person could not. */
export class Phones {
  constructor(private readonly network: Network) {}

  call(from: string, to: string): NetworkLeg {
    return this.network.call(from, to);
  }

  answer(id: string): void {
    this.network.answer({ legId: this.rung(id, 'answer').id });
  }

  reject(id: string): void {
    this.network.end(this.rung(id, 'reject'), 'rejected', 'peer');
  }

  busy(id: string): void {
    this.network.end(this.rung(id, 'say that it is busy'), 'busy', 'peer');
  }

  fail(id: string): void {
    this.network.end(this.rung(id, 'fail'), 'failed', 'peer');
  }

  /** Ends a call, gives up one's own that rings, or declines one that rings here. */
  hangup(id: string): void {
    const leg = this.found(id);
    const unanswered = leg.incoming === null ? 'rejected' : 'cancelled';
    this.network.end(leg, leg.state === 'UP' ? 'hangup' : unanswered, 'peer');
  }

  /** Presses keys. */
  dtmf(id: string, digits: string): void {
    const leg = this.found(id);
    if (leg.state !== 'UP') throw new NotNow(`Leg ${id} still rings: keys are heard only once it is up.`);
    this.network.press(leg, digits);
  }

  /** Presses the hold key of an agent's phone, again to take the call back, or the transfer key. */
  key(id: string, key: PhoneKey): void {
    const leg = this.found(id);
    if (!leg.agent) throw new NotNow(`Leg ${id} is not at the phone of an agent.`);
    if (leg.state !== 'UP') throw new NotNow(`Leg ${id} still rings: there is no call to hold or to transfer.`);
    this.network.pressKey(leg, key);
  }

  /** Does what the address's script says, if the phone still rings. */
  react(leg: NetworkLeg, reaction: Exclude<Reaction, 'ignore'>): void {
    if (this.network.leg(leg.id) === leg && leg.state === 'RINGING') this[reaction](leg.id);
  }

  private found(id: string): NetworkLeg {
    const leg = this.network.leg(id);
    if (!leg) throw new NoSuchLeg(id);
    return leg;
  }

  private rung(id: string, what: string): NetworkLeg {
    const leg = this.found(id);
    if (leg.state === 'UP') throw new NotNow(`Leg ${id} is up: only a phone that rings can ${what}.`);
    if (leg.incoming) throw new NotNow(`Leg ${id} is the caller's own, which waits: only a phone that rings can ${what}.`);
    return leg;
  }
}
