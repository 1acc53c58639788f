import { controlAfter, controlOf, remedyFor, whyLocked, type Control, type Mode, type Policy } from './index.ts';

describe('whether a recording can be switched', () => {
  it('S26 not after a cold transfer, and says why and what to do', () => {
    expect(controlAfter('COLD')).toBe('LOCKED_BY_COLD_TRANSFER');
    expect(whyLocked(controlAfter('COLD'))).toMatch(/transferred cold/);
    expect(remedyFor(controlAfter('COLD'))).toMatch(/warm transfer/);
  });

  it('S28 after a warm transfer, both on and off', () => {
    expect(controlAfter('WARM')).toBe('ALLOWED');
    expect([whyLocked(controlAfter('WARM')), remedyFor(controlAfter('WARM'))]).toEqual([null, null]);
  });

  it.each<[madeBy: Mode | null, policy: Policy, leavesCold: boolean, control: Control]>([
    [null, 'ON_DEMAND', false, 'ALLOWED'],
    [null, 'ALWAYS', false, 'ALLOWED'],
    [null, 'NEVER', false, 'LOCKED_BY_POLICY'],
    [null, 'ON_DEMAND', true, 'LOCKED_BY_COLD_TRANSFER'],
    [null, 'NEVER', true, 'LOCKED_BY_POLICY'],
    ['COLD', 'ON_DEMAND', false, 'LOCKED_BY_COLD_TRANSFER'],
    ['COLD', 'ALWAYS', false, 'LOCKED_BY_COLD_TRANSFER'],
    ['COLD', 'NEVER', false, 'LOCKED_BY_POLICY'],
    ['WARM', 'ON_DEMAND', false, 'ALLOWED'],
    ['WARM', 'ALWAYS', false, 'ALLOWED'],
    ['WARM', 'NEVER', false, 'LOCKED_BY_POLICY'],
    ['WARM', 'ON_DEMAND', true, 'LOCKED_BY_COLD_TRANSFER'],
  ])('in a call made by %s under policy %s, being sent cold %s: %s', (madeBy, policy, leavesCold, control) => {
    expect(controlOf({ madeBy, policy, leavesCold })).toBe(control);
  });
});
