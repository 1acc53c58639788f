import { refuse, type Decider, type Refusal } from '@cordboard/decider';
import { countCharacters, firstCharacters, isVisible } from '@cordboard/text';

/** What a tag holds at most, in characters. */
export const LONGEST_TAG = 50;
/** How many tags a call has at most. */
export const MOST_TAGS = 20;

/** Tags as they are kept: single blanks, none without a character that can be seen, each once whatever its case; or which of them cannot be one. */
export function tagsOf(written: readonly string[], most: number): { readonly tags: readonly string[] } | Refusal<'INVALID_TAG'> {
  const tags = new Map<string, string>();
  for (const tag of written.map((one) => one.normalize('NFC').replace(/\s+/gu, ' ').trim())) {
    if (!isVisible(tag) || tags.has(keyOf(tag))) continue;
    if (countCharacters(tag) > LONGEST_TAG)
      return refuse(
        'INVALID_TAG',
        `A tag has ${LONGEST_TAG} characters at most: ${firstCharacters(tag, LONGEST_TAG)}… is longer.`,
        'Shorten it.',
      );
    if (/[\p{Cc}\p{Cs}]/u.test(tag))
      return refuse('INVALID_TAG', 'A tag holds characters that cannot be read.', 'Write it anew, in letters, digits and signs.');
    tags.set(keyOf(tag), tag);
  }
  return tags.size > most
    ? refuse('INVALID_TAG', `There can be ${most} tags at most.`, 'Leave the least important ones out.')
    : { tags: [...tags.values()] };
}

/** A call's tags. `mustHave`: it may not be left without one (S34, D4). */
export interface CallTags {
  readonly tags: readonly string[];
  readonly mustHave: boolean;
}
export interface TagCall {
  readonly written: readonly string[];
  /** Those that the account lets one choose; none: any words. */
  readonly list: readonly string[];
}
export interface CallTagged {
  readonly type: 'tagged';
  readonly tags: readonly string[];
}
export type TagRefusal = 'INVALID_TAG' | 'TAG_REQUIRED';

/** How a call is tagged: what is given takes the place of what it had. D4: from the account's list, if it has one. */
export const callTags: Decider<TagCall, CallTagged, CallTags, TagRefusal> = {
  initial: { tags: [], mustHave: false },

  decide: (state, { written, list }) => {
    const wanted = tagsOf(written, MOST_TAGS);
    if ('refused' in wanted) return wanted;
    const listed = new Map(list.map((tag) => [keyOf(tag), tag]));
    const strange = list.length === 0 ? [] : wanted.tags.filter((tag) => !listed.has(keyOf(tag)));
    if (strange.length > 0)
      return refuse('INVALID_TAG', `Not among this account's tags: ${strange.join(', ')}.`, `Choose among ${list.join(', ')}.`);
    const tags = wanted.tags.map((tag) => listed.get(keyOf(tag)) ?? tag);
    if (tags.length === 0 && state.mustHave)
      return refuse('TAG_REQUIRED', 'This call may not be left without a tag.', `Give one${list.length ? ` of ${list.join(', ')}` : ''}.`);
    return JSON.stringify(tags) === JSON.stringify(state.tags) ? [] : [{ type: 'tagged', tags }];
  },

  evolve: (state, event) => ({ ...state, tags: event.tags }),
};

/** What two spellings of one tag have in common. */
const keyOf = (tag: string): string => tag.toLowerCase();
