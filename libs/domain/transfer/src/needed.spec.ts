import { fold, isRefusal } from '@cordboard/decider';
import { conversation, isNeeded, onlyRings, rungOfTeam, type Command, type Conversation, type MayBeNeeded } from './index.ts';
import {
  accept,
  answered,
  at,
  call,
  dialled,
  given,
  hangsUp,
  heard,
  held,
  joined,
  left,
  number,
  over,
  reject,
  ringTimeEnds,
  startCold,
  support,
  talking,
  toNumber,
  unavailable,
} from './cast.ts';

const after = (...commands: readonly Command[]): Conversation =>
  commands.reduce((state, command) => {
    const events = conversation.decide(state, command);
    return isRefusal(events) ? state : fold(conversation.evolve, state, events);
  }, conversation.initial);

const sales = { kind: 'TEAM', teamId: 'sales', label: 'Sales' } as const;
const MAIN = { numberId: 'main' };
const toTeam: Command = { ...startCold('bob', 'dan'), target: sales };
const toTeamWarm: Command = { ...startCold('bob', 'dan'), mode: 'WARM', target: sales };

describe('D21 a live call needs', () => {
  it.each<[string, MayBeNeeded, readonly Command[]]>([
    ['the Number that it came in on, while it rings', MAIN, [call('alice')]],
    ['the Number that it came in on, while agent and caller talk', MAIN, talking],
    ['the Number that it was dialled from', MAIN, [dialled]],
    [
      'the Number whose greeting it hears',
      MAIN,
      [{ ...call('alice'), number: number(['alice'], { greeting: { text: 'Hello', file: null } }) }],
    ],
    ['the Number whose unavailability message it hears', MAIN, [call('alice'), reject(1), heard(1)]],
    ['the Number that it is being transferred to', { numberId: 'support' }, [...talking, toNumber('COLD', support(['bob']))]],
    ['the team that a cold transfer rings', { teamId: 'sales' }, [...talking, toTeam]],
    ['the team that a warm transfer rings', { teamId: 'sales' }, [...talking, toTeamWarm]],
  ])('%s', (_, what, past) => expect(isNeeded(after(...past), what)).toBe(true));

  it.each<[string, MayBeNeeded, readonly Command[]]>([
    ['another Number', { numberId: 'support' }, talking],
    ['a team of the same id as its Number', { teamId: 'main' }, talking],
    ['its Number once it has ended', MAIN, [call('alice'), hangsUp(0)]],
    [
      'the team once a member has taken the transfer',
      { teamId: 'sales' },
      [...talking, toTeam, hangsUp(1), accept(2), answered(2), joined(2)],
    ],
    ['the team of a transfer to somebody else', { teamId: 'sales' }, [...talking, startCold('bob')]],
  ])('no: %s', (_, what, past) => expect(isNeeded(after(...past), what)).toBe(false));
});

it('D21 a call needs no agent whom it only rings; it needs who took it, and who is rung with what comes back', () => {
  const returning = [...talking, startCold('bob'), hangsUp(1), held(0), reject(2)];
  expect(onlyRings(after(call('alice')), 'alice')).toBe(true);
  expect(onlyRings(after(call('alice'), accept(1)), 'alice')).toBe(false);
  expect(onlyRings(after(...talking, startCold('bob')), 'bob')).toBe(true);
  expect(onlyRings(after(...returning), 'alice')).toBe(false);
});

describe('D21 what is removed while it rings', () => {
  const rung = [...talking, toTeam, hangsUp(1), held(0)];

  it('rings nobody of a team any more: the transfer comes back', () => {
    expect(rungOfTeam(after(...rung), 'sales')).toEqual(['bob', 'dan']);
    expect(rungOfTeam(after(...rung), 'support')).toEqual([]);
    expect(rungOfTeam(after(...rung, unavailable('bob')), 'sales')).toEqual(['dan']);
    given(...rung, unavailable('bob'))
      .when(unavailable('dan'))
      .thenContains({ type: 'transferReturning', reason: 'TARGET_UNAVAILABLE' });
    expect(rungOfTeam(after(...rung, unavailable('bob'), unavailable('dan')), 'sales')).toEqual([]);
  });

  it('rings nobody of a team any more: a warm transferor and the caller are together again', () => {
    given(...talking, toTeamWarm, left(1), held(0), unavailable('bob'))
      .when(unavailable('dan'))
      .thenContains({ type: 'transferEnded', status: 'FAILED', reason: 'TARGET_UNAVAILABLE' });
  });

  it('rings an agent no more: with a call it goes on as where nobody answers', () => {
    given(call('alice'))
      .when(unavailable('alice'))
      .thenContains({ type: 'announced', announcement: expect.objectContaining({ what: 'unavailable-message' }) });
    given(call('alice', 'dan')).when(unavailable('alice')).thenContains({ type: 'offerEnded', outcome: 'RESCINDED' });
  });

  it('goes on as it was made where only its settings change', () => {
    const changed = number(['dan'], { voicemail: true });
    given(call('alice')).when(accept(1)).thenContains({ type: 'offerEnded', outcome: 'ACCEPTED' });
    given(call('alice'))
      .when(reject(1, { number: changed }))
      .thenContains({ type: 'offered', offer: expect.objectContaining({ agentId: 'dan' }) });
  });

  it('is a Number without people or words, once the ring that was made before is over', () => {
    given(call('alice'))
      .when(ringTimeEnds(1, { number: null }))
      .thenContains({ type: 'announced', announcement: expect.objectContaining({ what: 'unavailable-message', text: null }) });
    given(call('alice'), reject(1), heard(1))
      .when({ ...over(1), at })
      .thenContains({ type: 'callEnded' });
  });
});
