import { availabilityOf, hindranceFor, type Availability, type Hindrance, type Standing } from './index.ts';

const idle: Standing = { status: 'AVAILABLE', reachable: true, inWrapUp: false, engagements: [] };

describe('availability', () => {
  const rows: [string, Partial<Standing>, Availability][] = [
    ['idle', {}, 'AVAILABLE'],
    ['transfers only, idle (D0)', { status: 'TRANSFERS_ONLY' }, 'BUSY'],
    ['busy', { status: 'BUSY' }, 'BUSY'],
    ['unavailable', { status: 'UNAVAILABLE' }, 'UNAVAILABLE'],
    ['D15 without a live device', { reachable: false }, 'OFFLINE'],
    ['in wrap-up', { inWrapUp: true }, 'WRAP_UP'],
    ['in wrap-up, device gone', { inWrapUp: true, reachable: false }, 'OFFLINE'],
    ['rung', { engagements: ['RINGING'] }, 'RINGING'],
    ['in a call, whatever was chosen', { engagements: ['IN_CALL'], status: 'UNAVAILABLE' }, 'IN_CALL'],
    ['in a call whose device was lost', { engagements: ['IN_CALL'], reachable: false }, 'IN_CALL'],
    ['D6 softly reserved', { engagements: ['RESERVED'] }, 'AVAILABLE'],
  ];
  it.each(rows)('%s', (_, facts, expected) => expect(availabilityOf({ ...idle, ...facts })).toBe(expected));
});

describe('who may be rung', () => {
  const rows: [string, 'CALL' | 'TRANSFER' | 'RETURN', Partial<Standing>, Hindrance | null][] = [
    ['D0 an available agent, with a call', 'CALL', {}, null],
    ['D0 transfers only: not with a call', 'CALL', { status: 'TRANSFERS_ONLY' }, 'BUSY'],
    ['D0 transfers only: with a transfer', 'TRANSFER', { status: 'TRANSFERS_ONLY' }, null],
    ['D0 transfers only, in a call', 'TRANSFER', { status: 'TRANSFERS_ONLY', engagements: ['IN_CALL'] }, 'IN_CALL'],
    ['D6 softly reserved: no new call', 'CALL', { engagements: ['RESERVED'] }, 'BUSY'],
    ['D6 softly reserved: a transfer', 'TRANSFER', { engagements: ['RESERVED'] }, null],
    ['D6 softly reserved: the return it is for', 'RETURN', { engagements: ['RESERVED'] }, null],
    ['reserved and gone busy: no return', 'RETURN', { engagements: ['RESERVED'], status: 'BUSY' }, 'BUSY'],
    ['reserved and offline: no return', 'RETURN', { engagements: ['RESERVED'], reachable: false }, 'OFFLINE'],
  ];
  it.each(rows)('%s', (_, what, facts, expected) => expect(hindranceFor(what, { ...idle, ...facts })).toBe(expected));
});
