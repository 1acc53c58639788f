import { connectionTroubles, isOlder, told, type DeviceFacts } from './index.ts';

const at = '2026-01-05T10:00:00.000Z';
const well: DeviceFacts = {
  id: 'laptop',
  lostAt: null,
  appVersion: '2.10.0',
  rttMs: 40,
  jitterMs: 5,
  packetLoss: 0,
  reportedAt: '2026-01-05T09:59:30.000Z',
};
const codes = (...devices: readonly DeviceFacts[]) =>
  connectionTroubles({ name: 'Alice', devices, minimumAppVersion: '2.9', at }).map(({ code }) => code);

describe('what devices tell of their connection', () => {
  it.each<[string, readonly DeviceFacts[], readonly string[]]>([
    ['nothing is wrong', [well], []],
    ['nothing was reported', [{ ...well, appVersion: null, rttMs: null, jitterMs: null, packetLoss: null, reportedAt: null }], []],
    ['at the limits', [{ ...well, rttMs: 300, jitterMs: 30, packetLoss: 0.01 }], []],
    ['packets are lost', [{ ...well, packetLoss: 0.02 }], ['UNSTABLE_CONNECTION']],
    ['the way is long', [{ ...well, rttMs: 301 }], ['NETWORK_INSTABILITY']],
    ['the way varies', [{ ...well, jitterMs: 31 }], ['NETWORK_INSTABILITY']],
    ['nothing arrives', [{ ...well, packetLoss: 1 }], ['BLOCKED_TRAFFIC']],
    ['the app is old', [{ ...well, appVersion: '2.8.9' }], ['OUTDATED_APP']],
    [
      'the app is old, though it reported long ago',
      [{ ...well, appVersion: '2.8.9', reportedAt: '2026-01-05T08:00:00.000Z' }],
      ['OUTDATED_APP'],
    ],
    [
      'what was reported long ago says nothing of now',
      [{ ...well, packetLoss: 1, rttMs: 900, reportedAt: '2026-01-05T09:54:59.000Z' }],
      [],
    ],
    ['a version that is none', [{ ...well, appVersion: 'nightly' }], []],
    ['the socket was lost', [{ ...well, lostAt: '2026-01-05T09:59:55.000Z', packetLoss: 1 }], ['DEVICE_LOST']],
    ['no device', [], ['NO_DEVICE']],
    ['one of two', [well, { ...well, id: 'phone', jitterMs: 80, packetLoss: 0.3 }], ['UNSTABLE_CONNECTION', 'NETWORK_INSTABILITY']],
  ])('%s', (_, devices, expected) => expect(codes(...devices)).toEqual(expected));

  it('is unknown where it could not be asked for', () =>
    expect(connectionTroubles({ name: 'Alice', devices: null, minimumAppVersion: null, at }).map(({ code }) => code)).toEqual([
      'CONNECTION_UNKNOWN',
    ]));

  it('names the device and writes figures as each language does', () => {
    const [trouble] = connectionTroubles({ name: 'Alice', devices: [{ ...well, packetLoss: 0.125 }], minimumAppVersion: null, at });
    if (!trouble) throw new Error('there is trouble');
    expect(told('en', trouble).causes).toEqual(['The device laptop loses 12.5 % of its packets; speech stands 1 % at most.']);
    expect(told('fr', trouble).causes).toEqual(['L’appareil laptop perd 12,5 % de ses paquets ; la voix en supporte 1 % au plus.']);
  });
});

it.each<[string, string, boolean | null]>([
  ['2.9.0', '2.10', true],
  ['2.10', '2.10.0', false],
  ['v3.0.0-beta.1', '2.10', false],
  ['2', '2.0.1', true],
  ['nightly', '2', null],
  ['2.x', '2', null],
])('is %s older than %s: %s', (version, than, expected) => expect(isOlder(version, than)).toBe(expected));
