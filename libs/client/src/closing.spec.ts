import { afterClosing, endOf, pauseBefore, renewIn } from './closing.ts';

it.each([
  [1006, '', 'again'],
  [1012, 'service restart', 'again'],
  [1013, 'too far behind', 'again'],
  [4403, 'token expired', 'newToken'],
  [4403, 'token revoked', 'newToken'],
  [4403, 'token missing', 'newToken'],
  [4403, 'role changed', 'newToken'],
  [4403, 'signed out on another device', 'stop'],
  [4403, 'agent deactivated', 'stop'],
  [4403, 'unknown agent', 'stop'],
  [4400, 'Invalid message received', 'stop'],
] as const)('after %i %s: %s', (code, reason, then) => expect(afterClosing({ code, reason })).toBe(then));

it.each([
  [0, 0, 0],
  [0, 1, 1_000],
  [2, 1, 4_000],
  [2, 0.5, 2_000],
  [30, 1, 5_000],
])('after %i failures and with chance %f it waits %i ms', (failed, chance, ms) => expect(pauseBefore(failed, chance)).toBe(ms));

it.each([
  ['an hour', 3_600_000, 3_540_000],
  ['ten seconds', 10_000, 7_500],
  ['no time', 0, 0],
  ['less', -5, 0],
])('a token that lasts %s is renewed in time', (_, lasts, ms) => expect(renewIn(1_000 + lasts, 1_000)).toBe(ms));

it('a token says when it ends', () => {
  expect(endOf(`x.${Buffer.from('{"exp":1700000000,"name":"é?>"}').toString('base64url')}.y`)).toBe(1_700_000_000_000);
  expect(['', 'a.b.c', 'x.e30.y'].map(endOf)).toEqual([null, null, null]);
});
