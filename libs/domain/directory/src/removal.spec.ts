import { given } from '@cordboard/decider';
import { removals, type Needs, type RemovalCommand, type RemovalRefusal } from './index.ts';

const remove = (o: Partial<Needs> = {}): RemovalCommand => ({
  type: 'remove',
  needs: { kind: 'AGENT', name: 'Bob', neededByCalls: false, rungBy: [], dedicated: null, isOneself: false, ...o },
});
const bringBack: RemovalCommand = { type: 'bringBack' };

describe('D21 what is to be removed', () => {
  it('is removed where nothing needs it, once', () => {
    given(removals)().when(remove()).then({ type: 'removed' });
    given(removals)(remove()).when(remove()).thenNothing();
  });

  it('stays removed whatever would need it now', () =>
    given(removals)(remove())
      .when(remove({ neededByCalls: true }))
      .thenNothing());

  it('comes back, once', () => {
    given(removals)(remove()).when(bringBack).then({ type: 'broughtBack' });
    given(removals)(remove(), bringBack).when(bringBack).thenNothing();
    given(removals)().when(bringBack).thenNothing();
  });

  it.each<[RemovalRefusal, Partial<Needs>]>([
    ['ONESELF', { isOneself: true, neededByCalls: true }],
    ['IN_LIVE_CALL', { neededByCalls: true, rungBy: ['Main'], dedicated: 'Bob' }],
    ['IN_DISTRIBUTION', { rungBy: ['Main', 'Night'], dedicated: 'Bob' }],
    ['DEDICATED_NUMBER', { dedicated: 'Bob' }],
    ['DEDICATED_NUMBER', { kind: 'NUMBER', dedicated: 'Bob' }],
  ])('is refused with %s: %j', (code, needs) => given(removals)().when(remove(needs)).thenRefused(code));
});
