import { header, tagOf, token, uriOf, userOf, type SipMessage } from './message.ts';
import type { Media } from './media.ts';
import type { SipPhone } from './phone.ts';

/** One call at a test phone, from its first message to its last. */
export class SipCall {
  state: 'calling' | 'ringing' | 'up' | 'ended' = 'calling';
  /** The number that the phone shows. */
  display: string | null = null;
  readonly tag = token();
  branch = '';
  sequence = 1;
  /** Where requests within the call go. */
  target = '';
  local = '';
  remote = '';
  /** A 200 that nobody has acknowledged is sent again. */
  isAcknowledged = false;
  /** The last status that it was told of a transfer that it asked for (RFC 3515 §2.4.5). */
  transferred: number | null = null;
  /** It has asked for one. */
  isAskingToTransfer = false;
  /** An offer of this side's waits for its answer. */
  isNegotiating = false;

  constructor(
    readonly phone: SipPhone,
    readonly id: string,
    /** Who is here: the address that the other side knows this end by. */
    readonly address: string,
    readonly media: Media,
    /** What it was called with; null: the phone itself calls. */
    readonly invite: SipMessage | null,
  ) {}

  answer(): void {
    if (this.invite && this.state === 'ringing') this.phone.accept(this);
  }

  /** @param status why not, as 486 (busy), 603 (declined) or 500 */
  reject(status: number): void {
    if (this.invite && this.state === 'ringing') this.phone.refuse(this, status);
  }

  /** Ends it, or gives it up. @returns once the other side knows */
  async hangup(): Promise<void> {
    if (this.state === 'up') await this.phone.end(this);
    else if (this.invite) this.reject(603);
    else if (this.state !== 'ended') await this.phone.cancel(this);
  }

  /** Presses the hold key, or presses it again. @returns the status that the other side answers with */
  hold(on: boolean): Promise<number> {
    return this.phone.renegotiate(this, on);
  }

  /** Presses the transfer key. @returns the status that the other side answers with */
  transfer(to: string): Promise<number> {
    return this.phone.refer(this, to);
  }

  /** Presses the key that joins its two calls and leaves them (REFER with Replaces, RFC 3891). @returns as `transfer` */
  joinWith(other: SipCall): Promise<number> {
    const replaced = `${other.id};to-tag=${tagOf(other.remote)};from-tag=${other.tag}`;
    return this.phone.refer(this, 'other', `?Replaces=${encodeURIComponent(replaced)}`);
  }

  /** What became of the transfer that its key asked for; null: nothing was said yet. */
  get transferEnd(): 'accepted' | 'declined' | null {
    return this.transferred === null ? null : this.transferred < 300 ? 'accepted' : 'declined';
  }

  /** Where one hears only oneself waiting, the phone makes the sound. */
  async hears(): Promise<readonly string[]> {
    const heard = await this.media.hears();
    return this.invite === null && (this.state === 'calling' || this.state === 'ringing') ? ['ringback'] : heard;
  }

  /** The other side says who it is now. */
  show(message: SipMessage, name: 'from' | 'p-asserted-identity'): void {
    this.display = userOf(header(message, 'p-asserted-identity') || (name === 'from' ? header(message, 'from') : '')) ?? this.display;
  }

  /** What the other side's answer says of where it is. */
  follow(message: SipMessage): void {
    this.target = uriOf(header(message, 'contact')) || this.target;
    if (tagOf(header(message, 'to')) && this.invite === null) this.remote = header(message, 'to');
    if (message.body) this.media.speakTo(message.body);
  }

  close(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.media.close();
  }
}
