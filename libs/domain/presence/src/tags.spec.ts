import { given as givenFor } from '@cordboard/decider';
import { callTags, LONGEST_TAG, MOST_TAGS, type TagCall } from './index.ts';

const given = givenFor(callTags);
const tags = (written: readonly string[], list: readonly string[] = []): TagCall => ({ written, list });
const LIST = ['Sale', 'Not now'];

describe('tags', () => {
  it('are kept with single blanks, each once whatever its case', () =>
    given()
      .when(tags([' Sale ', 'SALE', 'call\tme   back', '', 'Café', 'cafe\u0301']))
      .then({ type: 'tagged', tags: ['Sale', 'call me back', 'Café'] }));
  it('take the place of those that were', () =>
    given(tags(['a', 'b']))
      .when(tags(['b']))
      .then({ tags: ['b'] }));
  it('can be taken away', () =>
    given(tags(['a']))
      .when(tags([]))
      .then({ tags: [] }));
  it('that are there already are told of once', () =>
    given(tags(['a']))
      .when(tags(['a ']))
      .thenNothing());
  it('of the account’s list are written as it writes them', () =>
    given()
      .when(tags(['sale', 'NOT  NOW'], LIST))
      .then({ tags: LIST }));
  it.each([
    ['not in the list', tags(['sale', 'nonsense'], LIST)],
    ['too long', tags(['x'.repeat(LONGEST_TAG + 1)])],
    ['too many', tags(Array.from({ length: MOST_TAGS + 1 }, (_, i) => `tag ${i}`))],
    ['of characters that cannot be read', tags(['a\u0007b'])],
  ])('%s: refused', (_, command) => given().when(command).thenRefused('INVALID_TAG'));
  it('says which one may not be, and among which to choose', () =>
    expect(callTags.decide(callTags.initial, tags(['nonsense'], LIST))).toMatchObject({
      message: expect.stringContaining('nonsense'),
      remedy: expect.stringContaining('Sale, Not now'),
    }));
  it('S34 are not taken away from a call that must have one', () =>
    expect(callTags.decide({ tags: ['a'], mustHave: true }, tags([]))).toMatchObject({ refused: 'TAG_REQUIRED' }));
});
