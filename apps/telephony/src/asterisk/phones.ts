import type { PhoneState } from '@cordboard/contracts';
import type { EngineNotice, PhoneStanding } from '../engine/port.ts';
import type { Channel, DeviceState, Endpoint } from './ari/description.ts';

/** What the engine says of a device, in our words; any other word: it cannot be rung. */
const STATES: Readonly<Record<string, PhoneState>> = {
  NOT_INUSE: 'idle',
  RINGING: 'ringing',
  RINGINUSE: 'busy',
  INUSE: 'busy',
  BUSY: 'busy',
  ONHOLD: 'busy',
};

/** The phones of agents: every endpoint but the trunk. */
export class Phones {
  private readonly states = new Map<string, PhoneState>();

  constructor(
    private readonly trunk: string,
    private readonly tell: (notice: EngineNotice) => void,
  ) {}

  get all(): readonly PhoneStanding[] {
    return [...this.states].map(([phone, state]) => ({ phone, state }));
  }

  /** Takes the engine's picture for the truth; nothing is told of it. */
  replace(endpoints: readonly Endpoint[], channels: readonly Channel[]): void {
    this.states.clear();
    const stateOf = new Map(channels.map(({ id, state }) => [id, state]));
    for (const { resource, state, channel_ids } of endpoints) {
      if (resource === this.trunk) continue;
      const calls = channel_ids.map((id) => stateOf.get(id) ?? 'Down').filter((call) => call !== 'Down' && call !== 'Rsrvd');
      const inCalls = calls.length === 0 ? 'idle' : calls.every((call) => call === 'Ringing') ? 'ringing' : 'busy';
      this.states.set(resource, state === 'online' ? inCalls : 'unreachable');
    }
  }

  changed({ name, state }: DeviceState): void {
    const phone = name.startsWith('PJSIP/') ? name.slice('PJSIP/'.length) : this.trunk;
    const now = STATES[state] ?? 'unreachable';
    if (phone === this.trunk || this.states.get(phone) === now) return;
    this.states.set(phone, now);
    this.tell({ type: 'phone.changed', phone, state: now });
  }
}
