import { dedicatedNumberOf } from './index.ts';

describe('a dedicated Number', () => {
  it('S22 is known where an agent has one', () => {
    expect(dedicatedNumberOf({ kind: 'AGENT', name: 'Bob', dedicatedNumberId: 'bob' })).toEqual({ numberId: 'bob' });
  });

  it.each([
    { kind: 'AGENT', name: 'Alice', message: 'Alice has no dedicated Number.' },
    { kind: 'TEAM', name: 'Sales', message: 'The team Sales has no dedicated Number.' },
  ] as const)('S22 is missed by name where $name has none, with what to do', ({ kind, name, message }) => {
    expect(dedicatedNumberOf({ kind, name, dedicatedNumberId: null })).toEqual({
      refused: 'NO_DEDICATED_NUMBER',
      message,
      remedy: expect.stringContaining('administrator'),
    });
  });
});
