import { controlAfter, controlOf, originsIn, whyLocked, type Control, type Mode, type OriginEvent, type Policy } from './index.ts';

const began = (callId: string): OriginEvent => ({ type: 'call.began', callId });
const completed = (mode: Mode, newCallId: string | null): OriginEvent => ({ type: 'transfer.completed', mode, newCallId });

describe('whether a recording can be switched', () => {
  it('S26 not after a cold transfer, and says why', () => {
    expect(controlAfter('COLD')).toBe('LOCKED_BY_COLD_TRANSFER');
    expect(whyLocked(controlAfter('COLD'))).toMatch(/transferred cold/);
  });

  it('S28 after a warm transfer, both on and off', () => {
    expect(controlAfter('WARM')).toBe('ALLOWED');
    expect(whyLocked(controlAfter('WARM'))).toBeNull();
  });

  it.each<[madeBy: Mode | null, policy: Policy, control: Control]>([
    [null, 'ON_DEMAND', 'ALLOWED'],
    [null, 'ALWAYS', 'ALLOWED'],
    [null, 'NEVER', 'LOCKED_BY_POLICY'],
    ['COLD', 'ON_DEMAND', 'LOCKED_BY_COLD_TRANSFER'],
    ['COLD', 'ALWAYS', 'LOCKED_BY_COLD_TRANSFER'],
    ['COLD', 'NEVER', 'LOCKED_BY_POLICY'],
    ['WARM', 'ON_DEMAND', 'ALLOWED'],
    ['WARM', 'ALWAYS', 'ALLOWED'],
    ['WARM', 'NEVER', 'LOCKED_BY_POLICY'],
  ])('in a call made by %s under policy %s: %s', (madeBy, policy, control) => {
    expect(controlOf({ madeBy, policy })).toBe(control);
  });

  it('S26 S28 the last transfer counts: warm on after cold frees the recording, cold on after warm locks it', () => {
    const origins = originsIn([
      began('c1'),
      completed('COLD', 'c2'),
      began('c2'),
      completed('WARM', 'c3'),
      began('c3'),
      completed('COLD', 'c4'),
      began('c4'),
    ]);
    expect(origins.map(({ callId, madeBy }) => [callId, controlOf({ madeBy, policy: 'ON_DEMAND' })])).toEqual([
      ['c1', 'ALLOWED'],
      ['c2', 'LOCKED_BY_COLD_TRANSFER'],
      ['c3', 'ALLOWED'],
      ['c4', 'LOCKED_BY_COLD_TRANSFER'],
    ]);
  });
});

describe('how a call came to be', () => {
  it.each([
    ['transfer first', [completed('COLD', 'c2'), began('c2')]],
    ['call first', [began('c2'), completed('COLD', 'c2')]],
  ])('is known whichever is told first: %s', (_, events) => {
    expect(originsIn(events)).toEqual([{ callId: 'c2', madeBy: 'COLD' }]);
  });

  it('is nobody’s transfer where a completed one made no call', () => {
    expect(originsIn([began('c1'), completed('COLD', null)])).toEqual([{ callId: 'c1', madeBy: null }]);
  });
});
