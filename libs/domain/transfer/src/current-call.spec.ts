import { currentCall, type CallAtHand } from './current-call.ts';

const ringing = (id: string, caller: string | null = '+33612345678'): CallAtHand => ({ id, caller });

describe('which call "current" means', () => {
  const rows: [string, readonly CallAtHand[], object][] = [
    ['none is there', [], { refused: 'ALREADY_ENDED', message: 'You have no call.' }],
    ['the only one', [ringing('a')], { id: 'a' }],
    [
      'of several none is guessed',
      [ringing('a'), ringing('b', null)],
      { refused: 'AMBIGUOUS_CALL', message: 'You have 2 calls: a (+33612345678), b.' },
    ],
  ];
  it.each(rows)('%s', (_, calls, means) => expect(currentCall(calls)).toMatchObject(means));
});
