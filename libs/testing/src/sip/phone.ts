import { createSocket, type Socket } from 'node:dgram';
import { SipCall } from './call.ts';
import { Media } from './media.ts';
import type { SoundLibrary } from './sound-library.ts';
import { authorization, branchOf, header, parse, tagOf, token, uriOf, userOf, write, type SipMessage } from './message.ts';

/** Where a test phone is and whom it is at. */
export interface PhoneOptions {
  readonly ip: string;
  /** A free one when not given. */
  readonly port?: number;
  readonly server: { readonly ip: string; readonly port: number };
  /** A device's name and secret; a carrier has none. */
  readonly account?: { readonly user: string; readonly password: string };
  /** The tones that it recognises, by name; who is at an address speaks the tone of that name. */
  readonly tones: Readonly<Record<string, number>>;
  /** The sounds of the engine's that it recognises besides. */
  readonly sounds?: SoundLibrary;
  /** With which status it refuses a call to an address at once; undefined: it rings, null: it says nothing at all. */
  readonly refuses?: (address: string) => number | null | undefined;
  /** Told of each call that rings here. */
  readonly rings?: (call: SipCall) => void;
}

/** A request is sent again after this long, and given up after that, in ms (RFC 3261 §17). */
const AGAIN = 500;
const NEVER = 32_000;

interface Request {
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly sequence: number;
  readonly branch?: string;
  readonly more?: readonly (readonly [string, string | undefined])[];
  readonly body?: string;
  readonly onProgress?: (answer: SipMessage) => void;
  readonly onSequence?: (sequence: number) => void;
}

/** A telephone for tests over UDP: it registers, calls, rings, and does with its calls what it is told. */
export class SipPhone {
  private readonly calls = new Map<string, SipCall>();
  private readonly asked = new Map<string, (answer: SipMessage) => void>();
  /** Answers that were given, for requests that come again. */
  private readonly answered = new Map<string, Buffer>();

  private constructor(
    private readonly o: PhoneOptions,
    private readonly socket: Socket,
  ) {
    socket.on('message', (packet) => {
      const message = parse(packet);
      if (message?.method) void this.take(message);
      else if (message) this.asked.get(`${branchOf(message)} ${header(message, 'cseq').split(' ')[1]}`)?.(message);
    });
  }

  static async open(o: PhoneOptions): Promise<SipPhone> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(o.port ?? 0, o.ip, resolve));
    return new SipPhone(o, socket);
  }

  /** An address and port that a trunk may be configured with before its phone is opened at a server. */
  get place(): { ip: string; port: number } {
    return { ip: this.o.ip, port: this.socket.address().port };
  }

  /** Whose device it is; undefined: a carrier. */
  get user(): string | undefined {
    return this.o.account?.user;
  }

  /** Its calls that have not ended. */
  get live(): readonly SipCall[] {
    return [...this.calls.values()].filter(({ state }) => state !== 'ended');
  }

  /** @param seconds how long it is there; 0: it is there no longer */
  async register(seconds = 3_600): Promise<void> {
    const { server, account } = this.o;
    const who = `<sip:${account?.user}@${server.ip}>`;
    const more = [...this.contact(account?.user ?? ''), ['Expires', String(seconds)] as const];
    const answer = await this.request('REGISTER', `sip:${server.ip}`, {
      from: `${who};tag=${token()}`,
      to: who,
      id: token(),
      sequence: 1,
      more,
    });
    if (answer.status !== 200) throw new Error(`${account?.user} cannot register: ${answer.status}`);
  }

  /** Places a call. @returns once the other side knows of it */
  async call(from: string, to: string): Promise<SipCall> {
    const { server, ip, tones, sounds } = this.o;
    const call = new SipCall(this, token(), from, await Media.open(ip, tones[from] ?? 0, tones, sounds), null);
    const uri = `sip:${inUri(to)}@${server.ip}:${server.port}`;
    Object.assign(call, { target: uri, branch: newBranch(), local: `<sip:${inUri(from)}@${ip}>;tag=${call.tag}`, remote: `<${uri}>` });
    this.calls.set(call.id, call);
    await new Promise<void>((known) => {
      const onProgress = (answer: SipMessage): void => {
        call.follow(answer);
        if (answer.status > 100 && call.state === 'calling') call.state = 'ringing';
        known();
      };
      const onSequence = (sequence: number): void => void (call.sequence = sequence);
      const { local, remote, id, sequence, branch } = call;
      const invite = {
        from: local,
        to: remote,
        id,
        sequence,
        branch,
        more: this.contact(inUri(from)),
        body: call.media.offer(),
        onProgress,
        onSequence,
      };
      void this.request('INVITE', uri, invite).then((answer) => (this.placed(call, answer), known()), known);
    });
    return call;
  }

  accept(call: SipCall): void {
    call.state = 'up';
    const answer = this.reply(call.invite, 200, { tag: call.tag, user: call.address, body: call.media.offer() });
    const again = (wait: number): void => {
      if (call.isAcknowledged || call.state === 'ended' || wait > NEVER) return;
      this.send(answer);
      setTimeout(() => again(wait * 2), wait).unref();
    };
    setTimeout(() => again(AGAIN * 2), AGAIN).unref();
    if (call.invite) call.media.speakTo(call.invite.body);
  }

  refuse(call: SipCall, status: number): void {
    this.reply(call.invite, status, { tag: call.tag });
    call.close();
  }

  async end(call: SipCall): Promise<void> {
    call.close();
    await this.within(call, 'BYE');
  }

  /** Offers the call's audio anew, again where both sides did at once (RFC 3261 §14.1). @returns the status that it is answered with */
  async renegotiate(call: SipCall, isHolding: boolean): Promise<number> {
    for (;;) {
      call.isNegotiating = true;
      const answer = await this.within(call, 'INVITE', { more: this.contact(call.address), body: call.media.offer(isHolding) });
      call.isNegotiating = false;
      if (answer.status === 200) this.acknowledge(call);
      if (answer.status !== 491) return answer.status;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
    }
  }

  /** Asks the other side to call someone in its stead (REFER). @returns the status that it is answered with */
  async refer(call: SipCall, to: string, headers = ''): Promise<number> {
    const { ip, port } = this.o.server;
    call.isAskingToTransfer = true;
    const more = [...this.contact(call.address), ['Refer-To', `<sip:${to}@${ip}:${port}${headers}>`] as const];
    const { status } = await this.within(call, 'REFER', { more });
    if (status >= 300) call.transferred = status;
    return status;
  }

  async cancel(call: SipCall): Promise<void> {
    const { local, remote, id, sequence, branch, target } = call;
    call.close();
    const to = remote.replace(/;tag=.*/, '');
    await this.request('CANCEL', target, { from: local, to, id, sequence, branch });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.live.map((call) => call.hangup()));
    for (const call of this.calls.values()) call.close();
    this.socket.close();
  }

  private placed(call: SipCall, answer: SipMessage): void {
    if (answer.status >= 300) return call.close();
    call.follow(answer);
    call.show(answer, 'p-asserted-identity');
    this.acknowledge(call);
    if (call.state === 'ended') void this.within(call, 'BYE');
    else call.state = 'up';
  }

  private acknowledge({ local, remote, id, sequence, target }: SipCall): void {
    this.send(write(`ACK ${target} SIP/2.0`, this.headers('ACK', { from: local, to: remote, id, sequence, branch: newBranch() })));
  }

  private within(call: SipCall, method: string, rest: Pick<Request, 'more' | 'body'> = {}): Promise<SipMessage> {
    call.sequence += 1;
    const { local, remote, id, sequence, target } = call;
    return this.request(method, target, { from: local, to: remote, id, sequence, ...rest });
  }

  private async request(method: string, uri: string, request: Request, proof?: readonly [string, string]): Promise<SipMessage> {
    const branch = request.branch ?? newBranch();
    const packet = write(
      `${method} ${uri} SIP/2.0`,
      [...this.headers(method, { ...request, branch }), ...(proof ? [proof] : [])],
      request.body,
    );
    const answer = await new Promise<SipMessage>((resolve, reject) => {
      const key = `${branch} ${method}`;
      let timer: NodeJS.Timeout;
      const again = (wait: number): void => {
        if (wait > NEVER) return reject(new Error(`nobody answers ${method} ${uri}`));
        this.send(packet);
        timer = setTimeout(() => again(wait * 2), wait);
        timer.unref();
      };
      this.asked.set(key, (message) => {
        clearTimeout(timer);
        if (message.status < 200) return request.onProgress?.(message);
        if (method === 'INVITE' && message.status >= 300)
          this.send(write(`ACK ${uri} SIP/2.0`, this.headers('ACK', { ...request, branch, to: header(message, 'to') })));
        resolve(message);
      });
      again(AGAIN);
    });
    const { account } = this.o;
    if ((answer.status !== 401 && answer.status !== 407) || proof || !account) return answer;
    const sequence = request.sequence + 1;
    request.onSequence?.(sequence);
    return this.request(method, uri, { ...request, branch: newBranch(), sequence }, authorization(answer, { ...account, method, uri }));
  }

  private async take(message: SipMessage): Promise<void> {
    const known = this.calls.get(header(message, 'call-id'));
    const call = known?.state === 'ended' ? undefined : known;
    const before = this.answered.get(`${branchOf(message)} ${message.method}`);
    if (message.method === 'ACK') return void (call && (call.isAcknowledged = true));
    if (before) return this.send(before);
    const user = call?.address ?? '';
    switch (message.method ?? '') {
      case 'INVITE':
        if (!known) return this.rung(message);
        if (!call) return void this.reply(message, 481);
        if (call.isNegotiating) return void this.reply(message, 491);
        call.follow(message);
        call.show(message, 'p-asserted-identity');
        return void this.reply(message, 200, { tag: call.tag, user, body: call.media.offer() });
      case 'CANCEL':
        this.reply(message, 200, { tag: call?.tag });
        if (call?.invite && call.state === 'ringing') this.refuse(call, 487);
        return;
      case 'BYE':
        this.reply(message, call ? 200 : 481);
        return call?.close();
      case 'UPDATE':
        call?.show(message, 'p-asserted-identity');
        return void this.reply(message, call ? 200 : 481, { user, body: message.body ? call?.media.offer() : undefined });
      case 'NOTIFY':
        this.reply(message, 200);
        if (header(message, 'event') === 'talk') call?.answer();
        if (call && header(message, 'event').startsWith('refer')) call.transferred = progressIn(message.body) ?? call.transferred;
        return;
      default:
        return void this.reply(message, 200);
    }
  }

  private async rung(invite: SipMessage): Promise<void> {
    const { ip, tones, sounds, refuses, account } = this.o;
    const address = account?.user ?? userOf(invite.uri) ?? '';
    const refused = refuses?.(address);
    if (refused === null) return;
    this.reply(invite, 100);
    if (refused !== undefined) return void this.reply(invite, refused, { tag: token() });
    const id = header(invite, 'call-id');
    const call = new SipCall(this, id, address, await Media.open(ip, tones[address] ?? 0, tones, sounds), invite);
    const [from, to] = [header(invite, 'from'), header(invite, 'to')];
    Object.assign(call, { remote: from, local: `${to};tag=${call.tag}`, target: uriOf(header(invite, 'contact')), state: 'ringing' });
    call.show(invite, 'from');
    this.calls.set(id, call);
    this.reply(invite, 180, { tag: call.tag, user: address });
    this.o.rings?.(call);
  }

  private reply(
    request: SipMessage | null,
    status: number,
    o: { tag?: string | undefined; user?: string; body?: string | undefined } = {},
  ): Buffer {
    if (!request) return Buffer.alloc(0);
    const to = header(request, 'to');
    const copied = (request.headers.get('via') ?? []).map((via) => ['Via', via] as const);
    const packet = write(
      `SIP/2.0 ${status} ${status < 300 ? 'OK' : 'No'}`,
      [
        ...copied,
        ['From', header(request, 'from')],
        ['To', o.tag && !tagOf(to) ? `${to};tag=${o.tag}` : to],
        ['Call-ID', header(request, 'call-id')],
        ['CSeq', header(request, 'cseq')],
        ...(o.user === undefined ? [] : this.contact(o.user)),
        ALLOW,
      ],
      o.body,
    );
    this.answered.set(`${branchOf(request)} ${request.method}`, packet);
    this.send(packet);
    return packet;
  }

  private headers(
    method: string,
    { from, to, id, sequence, branch, more = [] }: Request,
  ): readonly (readonly [string, string | undefined])[] {
    const { ip, port } = this.place;
    return [
      ['Via', `SIP/2.0/UDP ${ip}:${port};rport;branch=${branch}`],
      ['Max-Forwards', '70'],
      ['From', from],
      ['To', to],
      ['Call-ID', id],
      ['CSeq', `${sequence} ${method}`],
      ...more,
      ALLOW,
    ];
  }

  private contact(user: string): readonly (readonly [string, string])[] {
    const { ip, port } = this.place;
    return [['Contact', `<sip:${user}@${ip}:${port}>`]];
  }

  private send(packet: Buffer): void {
    const { ip, port } = this.o.server;
    this.socket.send(packet, port, ip, () => undefined);
  }
}

/** The status in a message/sipfrag (RFC 3420), where it says more than that it is being tried. */
const progressIn = (fragment: string): number | null => {
  const status = Number(/^SIP\/2\.0 (\d{3})/.exec(fragment)?.[1] ?? 100);
  return status > 100 ? status : null;
};

/** As the user of a SIP URI; who tells nothing of themselves is anonymous (RFC 3261 §8.1.1.3). */
const inUri = (told: string): string => encodeURIComponent(told === '' ? 'anonymous' : told).replaceAll('%2B', '+');
const ALLOW = ['Allow', 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, NOTIFY'] as const;
/** As RFC 3261 wants them to begin. */
const newBranch = (): string => `z9hG4bK${token()}`;
