import { createSocket, type Socket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { fromByte, loudness, RATE, toByte } from './sound.ts';
import { SoundListener, type KnownSound, type SoundLibrary } from './sound-library.ts';

const FRAME_MS = 20;
const FRAME = (RATE * FRAME_MS) / 1_000;
/** What is heard is told of so long a stretch, in ms. */
const STRETCH_MS = 80;
/** A pause between words has so many stretches at most. */
const PAUSE = 8;
/** What is quieter than this is not heard. */
const QUIET = 0.05;
const LOUDNESS = 8_000;
const MULAW = 0;
const KEYS = 101;
const DIGITS = '0123456789*#';

/** The sound of one call: speaks one tone all the time, and recognises tones and keys in what comes (RTP, RFC 3551 and 4733). */
export class Media {
  /** The keys that came. */
  keys = '';
  /** What was heard last that was no silence. */
  last: readonly string[] = [];
  /** Which of the engine's sounds were heard last: several as long as what was heard is in all of them. */
  lastSounds: readonly KnownSound[] = [];
  private readonly watching: { tone: number; at(ms: number): void }[] = [];
  private readonly waiting: { skip: number; take(heard: readonly string[]): void }[] = [];
  private peer: { readonly ip: string; readonly port: number } | undefined;
  private packets: Buffer[] = [];
  private speaking: NodeJS.Timeout | undefined;
  private readonly listening: NodeJS.Timeout;
  private lastKey = -1;
  private sequence = 0;
  private time = randomInt(1_000_000);
  private phase = 0;
  private isClosed = false;

  private constructor(
    private readonly socket: Socket,
    private readonly ip: string,
    private readonly tone: number,
    private readonly known: Readonly<Record<string, number>>,
    private readonly listener: SoundListener | null,
  ) {
    socket.on('message', (packet) => this.take(packet));
    this.listening = setInterval(() => this.listen(), STRETCH_MS);
  }

  /** @param known the tones that are recognised, by name @param sounds those that are recognised besides */
  static async open(ip: string, tone: number, known: Readonly<Record<string, number>>, sounds?: SoundLibrary): Promise<Media> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, ip, resolve));
    return new Media(socket, ip, tone, known, sounds ? new SoundListener(sounds) : null);
  }

  /** How it can be spoken to, as SDP. @param isHolding it does not listen */
  offer(isHolding = false): string {
    const { port } = this.socket.address();
    const lines = ['v=0', `o=- 1 ${++this.sequence} IN IP4 ${this.ip}`, 's=-', `c=IN IP4 ${this.ip}`, 't=0 0'];
    const audio = [
      `m=audio ${port} RTP/AVP 0 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
    ];
    return [...lines, ...audio, isHolding ? 'a=sendonly' : 'a=sendrecv', ''].join('\r\n');
  }

  /** Speaks to where an SDP says. */
  speakTo(sdp: string): void {
    const ip = /c=IN IP4 (\S+)/.exec(sdp)?.[1];
    const port = Number(/m=audio (\d+)/.exec(sdp)?.[1] ?? 0);
    if (!ip || port === 0 || this.isClosed) return;
    this.peer = { ip, port };
    if (this.speaking) return;
    const began = performance.now();
    let sent = 0;
    this.speaking = setInterval(() => {
      for (const due = Math.floor((performance.now() - began) / FRAME_MS); sent < due; sent += 1) this.speak();
    }, FRAME_MS);
  }

  /** What is heard in the stretch that begins next. */
  hears(): Promise<readonly string[]> {
    return new Promise((resolve) => this.waiting.push({ skip: 1, take: resolve }));
  }

  /** When a tone is heard first from now on, to one packet of 20 ms; on the clock of `performance.now()`. */
  firstHeard(tone: number): Promise<number> {
    return new Promise((resolve) => this.watching.push({ tone, at: resolve }));
  }

  press(digits: string): void {
    for (const digit of digits)
      for (let i = 1; i <= 8; i += 1) {
        const event = Buffer.from([DIGITS.indexOf(digit), i > 5 ? 0x8a : 0x0a, 0, 0]);
        event.writeUInt16BE(Math.min(i, 6) * FRAME, 2);
        this.send(KEYS, event);
        if (i === 8) this.time += 8 * FRAME;
      }
  }

  /** Sends nothing any more, as a phone that lost its network. */
  die(): void {
    clearInterval(this.speaking);
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.speaking);
    clearInterval(this.listening);
    for (const { take } of this.waiting.splice(0)) take([]);
    this.socket.close();
  }

  private speak(): void {
    const frame = Buffer.alloc(FRAME);
    for (let i = 0; i < FRAME; i += 1) {
      this.phase = (this.phase + (2 * Math.PI * this.tone) / RATE) % (2 * Math.PI);
      frame[i] = toByte(Math.round(LOUDNESS * Math.sin(this.phase)));
    }
    this.time += FRAME;
    this.send(MULAW, frame);
  }

  private send(type: number, payload: Buffer): void {
    if (!this.peer) return;
    const head = Buffer.alloc(12);
    head.writeUInt8(0x80, 0);
    head.writeUInt8(type, 1);
    head.writeUInt16BE((this.sequence = (this.sequence + 1) & 0xffff), 2);
    head.writeUInt32BE(this.time >>> 0, 4);
    head.writeUInt32BE(1, 8);
    this.socket.send(Buffer.concat([head, payload]), this.peer.port, this.peer.ip, () => undefined);
  }

  private take(packet: Buffer): void {
    if (packet.length < 13) return;
    const type = packet.readUInt8(1) & 0x7f;
    const time = packet.readUInt32BE(4);
    if (type === KEYS && time !== this.lastKey) {
      this.lastKey = time;
      this.keys += DIGITS[packet.readUInt8(12)] ?? '';
    }
    if (type !== MULAW) return;
    const sound = packet.subarray(12);
    this.packets.push(sound);
    if (this.watching.length === 0) return;
    const samples = Array.from(sound, fromByte);
    for (const watched of [...this.watching])
      if (loudness(samples, watched.tone) > QUIET) {
        this.watching.splice(this.watching.indexOf(watched), 1);
        watched.at(performance.now());
      }
  }

  private listen(): void {
    const bytes = Buffer.concat(this.packets.splice(0));
    const heard = bytes.length < FRAME * 2 ? this.sounds(Buffer.alloc(0)) : this.heardIn(bytes);
    if (heard.length > 0) this.last = heard;
    for (const one of this.waiting.splice(0))
      if (one.skip > 0) this.waiting.push({ ...one, skip: one.skip - 1 });
      else one.take(heard);
  }

  /** A sound of the engine's, or else tones: speech has some of each of them. */
  private heardIn(bytes: Buffer): readonly string[] {
    const sounds = this.sounds(bytes);
    if (sounds.length > 0 && this.listener?.isSure) return sounds;
    const samples = Array.from(bytes, fromByte);
    const tones = Object.keys(this.known).filter((name) => loudness(samples, this.known[name] ?? 0) > QUIET);
    if (tones.length === 0) return sounds;
    this.listener?.interrupt();
    return tones;
  }

  private sounds(bytes: Buffer): readonly string[] {
    const sounds = this.listener?.listen(bytes, PAUSE) ?? [];
    if (sounds.length > 0) this.lastSounds = sounds;
    return [...new Set(sounds.map(({ name }) => name))];
  }
}
