import type { SipCall } from './call.ts';
import type { EngineView } from './engine-view.ts';
import { SipPhone } from './phone.ts';
import { SoundLibrary, type KnownSound } from './sound-library.ts';

/** What the phone at an address does when it rings, and how long after, in ms. */
export interface Behaviour {
  readonly onRing: 'answer' | 'reject' | 'busy' | 'fail' | 'ignore';
  readonly afterMs: number;
}

/** One end of a call, as the simulated network shows its own. */
export interface PhoneLeg {
  readonly id: string;
  readonly address: string;
  /** The agent whose device it is, or `external`. */
  readonly party: string;
  readonly state: 'RINGING' | 'UP';
  /** The call that it is in now; null: the engine does not tell. */
  readonly callId: string | null;
  readonly held: boolean;
  /** Ids of legs, `music`, `ringback`, names of sounds. */
  readonly hears: readonly string[];
  /** Which message it hears, where it hears one; `id` is null for what is usual. */
  readonly message: KnownSound | null;
  readonly display: string | null;
  /** The keys that it was sent. */
  readonly keys: string;
  /** What became of the transfer that its phone's key asked for. */
  readonly transfer: 'asked' | 'accepted' | 'declined' | null;
  /** What is said there, in Hz. */
  readonly tone: number;
}

export interface PhoneNetworkOptions {
  /** Where the engine takes SIP. */
  readonly server: { readonly ip: string; readonly port: number };
  /** The carrier's own; a free one when not given. */
  readonly carrierPort?: number;
  /** There are more people than tones: some speak the same one. */
  readonly isCrowd?: boolean;
  /** Directories with the WAV files that the engine plays. */
  readonly sounds?: readonly string[];
  /** The engine plays `testSounds` where a Number has no message of its own; true when not given. */
  readonly playsTones?: boolean;
  /** What the engine knows of the calls at these phones. */
  readonly engine?: EngineView;
  /** With which status the carrier refuses a number at once; undefined: it rings, null: nothing is said at all. */
  readonly refuses?: (number: string) => number | null | undefined;
}

/** What an engine under test plays: a tone each, in Hz, and how long, in seconds. */
const SOUNDS = {
  music: [1_700, 10],
  greeting: [2_000, 1.2],
  voicemail: [2_200, 0.4],
  beep: [2_400, 0.2],
  'unavailable-message': [2_600, 0.5],
} as const;
const RINGBACK = 440;

/** As the engine is to be configured with it. */
export const testSounds = Object.fromEntries(Object.entries(SOUNDS).map(([name, [tone, seconds]]) => [name, [{ seconds, hertz: [tone] }]]));

/**
 * Tones that are told apart in a moment, whole in each packet of 20 ms, so that one that is lost does not break them. Everybody who is
 * called or calls is given the next one.
 */
const TONES = [600, 800, 1_200, 1_400, 1_600, 2_800, 3_000, 3_200, 700, 900, 1_100, 1_300, 1_500, 2_700, 2_900, 3_100, 3_300];
const CARRIER = '127.0.0.10';
const STATUS = { reject: 603, busy: 486, fail: 500 } as const;

/** Real telephones around a real engine: a registered device for each agent, and a carrier behind which everybody else is. */
export class PhoneNetwork {
  private readonly phones: SipPhone[] = [];
  private readonly scripts = new Map<string, Behaviour>();
  private readonly reactions = new Set<NodeJS.Timeout>();

  private readonly tones: Record<string, number>;
  private readonly sounds: SoundLibrary | undefined;

  private constructor(private readonly o: PhoneNetworkOptions) {
    const played = Object.fromEntries(Object.entries(SOUNDS).map(([name, [tone]]) => [name, tone]));
    this.tones = { ...(o.playsTones === false ? {} : played), ringback: RINGBACK };
    this.sounds = o.sounds && new SoundLibrary(o.sounds);
  }

  static async open(o: PhoneNetworkOptions): Promise<PhoneNetwork> {
    const network = new PhoneNetwork(o);
    await network.add(CARRIER);
    return network;
  }

  /** Where the engine's trunk is to lead. */
  get carrier(): { readonly ip: string; readonly port: number } {
    return this.outside.place;
  }

  /** Plugs a device in for each of these, by name, with its secret. The engine is there by now. */
  async register(secrets: Readonly<Record<string, string>>): Promise<void> {
    await Promise.all(
      Object.entries(secrets).map(async ([user, password]) => (await this.add('127.0.0.1', { user, password })).register()),
    );
  }

  /** The device of an agent. @throws where none is plugged in */
  device(agent: string): SipPhone {
    const found = this.deviceOf(agent);
    if (!found) throw new Error(`${agent} has no phone`);
    return found;
  }

  deviceOf(agent: string): SipPhone | undefined {
    return this.phones.find(({ user }) => user === agent);
  }

  get calls(): readonly SipCall[] {
    return this.phones.flatMap(({ live }) => live);
  }

  /** Somebody calls a number of ours. @returns once the engine knows */
  async call(from: string, to: string): Promise<SipCall> {
    this.tone(from);
    return this.outside.call(from, to);
  }

  /** What the phone at an address does from now on when it rings. */
  script(address: string, behaviour: Behaviour): void {
    this.scripts.set(address, behaviour);
  }

  /** The tone that is spoken at an address, in Hz. A number whose calls have ended gives its own to others. */
  tone(address: string): number {
    const known = this.tones[address];
    if (known !== undefined) return known;
    const there = new Set([...this.phones.map(({ user }) => user), ...this.calls.map((call) => call.address)]);
    for (const former of Object.keys(this.tones)) if (!there.has(former) && !isSound(former)) delete this.tones[former];
    if (this.o.isCrowd) return (this.tones[address] = TONES[Object.keys(this.tones).length % TONES.length] ?? 0);
    const spoken = new Set(Object.values(this.tones));
    const tone = TONES.find((free) => !spoken.has(free));
    if (tone === undefined) throw new Error('there are no more tones that can be told apart');
    return (this.tones[address] = tone);
  }

  /**
   * What is heard at one end: people, and then sounds. Who was told to leave a message hears its words, then a beep, then silence: that
   * is one thing to who looks.
   */
  async hears(call: SipCall): Promise<readonly string[]> {
    const heard = await call.hears();
    const isLeavingMessage = heard.length === 0 && call.media.last.some((name) => name === 'voicemail' || name === 'beep');
    if (heard.includes('beep') || isLeavingMessage) return ['voicemail'];
    return [...heard.filter((name) => !isSound(name)), ...heard.filter(isSound)];
  }

  /** All live ends with what each hears; a look takes about a tenth of a second. */
  async legs(): Promise<readonly PhoneLeg[]> {
    const calls = this.calls;
    const [heard, known] = await Promise.all([Promise.all(calls.map((call) => this.hears(call))), this.o.engine?.()]);
    const ids = new Map(calls.map((call) => [call.address, call.id]));
    return calls.flatMap((call, i): PhoneLeg[] => {
      if (call.state === 'ended') return [];
      const hears = (heard[i] ?? []).map((name) => ids.get(name) ?? name);
      return [
        {
          id: call.id,
          address: call.address,
          party: call.phone.user ?? 'external',
          state: call.state === 'up' ? 'UP' : 'RINGING',
          callId: known?.get(call.id)?.callId ?? null,
          held: known?.get(call.id)?.held ?? hears.includes('music'),
          hears,
          message: messageIn(hears, call.media.lastSounds),
          display: call.display,
          keys: call.media.keys,
          transfer: call.transferEnd ?? (call.isAskingToTransfer ? 'asked' : null),
          tone: this.tone(call.address),
        },
      ];
    });
  }

  async close(): Promise<void> {
    for (const timer of this.reactions) clearTimeout(timer);
    await Promise.all(this.phones.map((phone) => phone.close()));
  }

  private get outside(): SipPhone {
    return this.phones[0] as SipPhone;
  }

  private async add(ip: string, account?: { user: string; password: string }): Promise<SipPhone> {
    const phone = await SipPhone.open({
      ip,
      ...(account || this.o.carrierPort === undefined ? {} : { port: this.o.carrierPort }),
      server: this.o.server,
      tones: this.tones,
      ...(this.sounds ? { sounds: this.sounds } : {}),
      ...(account ? { account } : {}),
      refuses: (address) => {
        this.tone(address);
        return account ? undefined : this.o.refuses?.(address);
      },
      rings: (call) => this.react(call),
    });
    this.phones.push(phone);
    return phone;
  }

  private react(call: SipCall): void {
    const { onRing, afterMs } = this.scripts.get(call.address) ?? { onRing: 'ignore', afterMs: 0 };
    if (onRing === 'ignore') return;
    const timer = setTimeout(() => {
      this.reactions.delete(timer);
      act(call, onRing);
    }, afterMs);
    this.reactions.add(timer);
  }
}

/** Which message it is that is heard, if one is; null, too, as long as it may be several. */
function messageIn(hears: readonly string[], last: readonly KnownSound[]): KnownSound | null {
  const name = hears.find((one) => one !== 'beep' && one in SOUNDS);
  if (name === undefined) return null;
  const ids = new Set(last.filter((sound) => sound.name === name).map(({ id }) => id));
  const [id = null] = ids;
  return ids.size > 1 ? null : { name, id };
}

const isSound = (name: string): boolean => name === 'ringback' || name in SOUNDS;

/** What a person does with a phone that rings; nothing where it no longer does. */
export function act(call: SipCall, action: Exclude<Behaviour['onRing'], 'ignore'>): void {
  if (action === 'answer') call.answer();
  else call.reject(STATUS[action]);
}
