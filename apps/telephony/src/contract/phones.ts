/**
 * The people outside of the engine, for its contract: they act on the phones at addresses (an agent's id or a number, one live leg
 * each), and listen. Each driver brings its own: a simulated network, or real phones that send and recognise tones.
 */
export interface Phones {
  /** Somebody calls a number of ours. */
  call(from: string, to: string): Promise<void>;
  answer(address: string): Promise<void>;
  reject(address: string): Promise<void>;
  busy(address: string): Promise<void>;
  fail(address: string): Promise<void>;
  hangup(address: string): Promise<void>;
  press(address: string, digits: string): Promise<void>;
  /** What is heard there now: addresses, `music`, `ringback`, names of sounds; null where no phone is in a call or rings. */
  hears(address: string): Promise<readonly string[] | null>;
  /** What the phone shows. */
  display(address: string): Promise<string | null>;
  /** The tone that is spoken there, in Hz. */
  tone(address: string): number;
  /** Presses the hold key of an agent's phone, or presses it again. */
  hold(agent: string, on: boolean): Promise<void>;
  /** Presses the transfer key of an agent's phone. */
  transfer(agent: string, to: string): Promise<void>;
  /** What the phone was told of the transfer that it asked for last; null: nothing yet. */
  transferred(agent: string): Promise<'accepted' | 'declined' | null>;
  /** Plugs the phone of an agent in, or out. */
  plug(agent: string, isPluggedIn: boolean): Promise<void>;
  /** The keys that the phone was sent. */
  keys(address: string): Promise<string>;
}

/** What can happen to the connection with the engine, and to the engine. */
export interface Faults {
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** The engine dies with every call and begins a new life. */
  restart(): Promise<void>;
}
