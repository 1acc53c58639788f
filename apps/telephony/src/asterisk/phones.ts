import type { PhoneState } from '@cordboard/contracts';
import type { EngineNotice, PhoneStanding } from '../engine/port.ts';
import type { Channel, Endpoint } from './ari/description.ts';

interface Phone {
  isOnline: boolean;
  /** The engine's state of each of its calls, by channel. */
  readonly calls: Map<string, string>;
  told: PhoneState;
}

/** The engine's own name for a channel: that of its endpoint, and a count. */
const CHANNEL = /^PJSIP\/(.+)-[0-9a-f]{8}$/;

/**
 * The phones of agents: every endpoint but the trunk. What one does is made out from its registration and its calls: the engine's own
 * word for it, DeviceStateChanged, comes from a module that can lock the engine up.
 */
export class Phones {
  private readonly phones = new Map<string, Phone>();

  constructor(
    private readonly trunk: string,
    private readonly tell: (notice: EngineNotice) => void,
  ) {}

  get all(): readonly PhoneStanding[] {
    return [...this.phones].map(([phone, known]) => ({ phone, state: stateOf(known) }));
  }

  /** The phones that ring for an agent: all that can; where none can, the one by the agent's id, and the engine says why not. */
  toRing(agentId: string): readonly string[] {
    const theirs = [...this.phones].filter(([name, { isOnline }]) => isOnline && (name === agentId || name.startsWith(`${agentId}.`)));
    return theirs.length > 0 ? theirs.map(([name]) => name) : [agentId];
  }

  /** Takes the engine's picture for the truth; nothing is told of it. */
  replace(endpoints: readonly Endpoint[], channels: readonly Channel[]): void {
    this.phones.clear();
    for (const { resource, state } of endpoints)
      if (resource !== this.trunk) this.phones.set(resource, { isOnline: state === 'online', calls: new Map(), told: 'unreachable' });
    for (const channel of channels) this.of(channel)?.calls.set(channel.id, channel.state);
    for (const phone of this.phones.values()) phone.told = stateOf(phone);
  }

  /** It has come, or gone. */
  seen({ resource, state }: Endpoint): void {
    if (resource === this.trunk) return;
    const known = this.phones.get(resource) ?? { isOnline: false, calls: new Map(), told: 'unreachable' };
    this.phones.set(resource, known);
    known.isOnline = state === 'online';
    this.look(resource);
  }

  inCall(channel: Channel): void {
    this.of(channel)?.calls.set(channel.id, channel.state);
    this.look(nameIn(channel));
  }

  over(channel: Channel): void {
    this.of(channel)?.calls.delete(channel.id);
    this.look(nameIn(channel));
  }

  private of(channel: Channel): Phone | undefined {
    return this.phones.get(nameIn(channel));
  }

  private look(phone: string): void {
    const known = this.phones.get(phone);
    const state = known && stateOf(known);
    if (!known || !state || known.told === state) return;
    known.told = state;
    this.tell({ type: 'phone.changed', phone, state });
  }
}

const nameIn = ({ name }: Channel): string => CHANNEL.exec(name)?.[1] ?? '';

function stateOf({ isOnline, calls }: Phone): PhoneState {
  const states = [...calls.values()];
  if (!isOnline) return 'unreachable';
  if (states.includes('Up')) return 'busy';
  return states.includes('Ringing') ? 'ringing' : 'idle';
}
