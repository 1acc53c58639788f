export {
  availabilityOf,
  hindranceFor,
  type Availability,
  type ChosenStatus,
  type Engagement,
  type Hindrance,
  type Standing,
} from './availability.ts';
export { type TagNeed, type WorkToDo, type WrapUp } from './after-call-work.ts';
export { AFTER_TRANSFER, type BusySpell } from './busy-after-transfer.ts';
export { initialPresence, type Presence, type PresenceEvent, type SignedOut, type WhySignedOut } from './presence.ts';
export { presence, type PresenceCommand, type PresenceRefusal } from './presence.decider.ts';
export { isReachable, type Reach } from './reachable.ts';
export { show } from './show.ts';
export { callTags, LONGEST_TAG, MOST_TAGS, tagsOf, type CallTagged, type CallTags, type TagCall, type TagRefusal } from './tags.ts';
export { mustBeTagged, wrapUpAfter, wrapUpReason, wrapUpSentence, type CallEnd, type WentTo, type WrapUpReason } from './wrap-up.ts';
