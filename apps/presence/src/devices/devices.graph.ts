import type { Phone } from '@cordboard/contracts';
import type { Device } from '../generated/graphql.ts';
import type { DeviceRow } from './device.store.ts';

/** A phone, as `Agent.devices` shows it. */
export const phoneInGraph = ({ name, state, since }: Phone): Device => ({
  id: `sip:${name}`,
  kind: 'PHONE',
  state: STATES[state],
  openedAt: since,
  lostAt: state === 'unreachable' ? since : null,
  appVersion: null,
  rttMs: null,
  jitterMs: null,
  packetLoss: null,
  reportedAt: null,
});

const STATES = { unreachable: 'UNREACHABLE', idle: 'IDLE', ringing: 'RINGING', busy: 'BUSY' } as const satisfies Record<
  Phone['state'],
  Device['state']
>;

/** An app, as `Agent.devices` shows it. */
export const appInGraph = (app: DeviceRow): Device => ({ ...app, kind: 'APP', state: app.lostAt === null ? 'IDLE' : 'UNREACHABLE' });
