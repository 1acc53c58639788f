export {
  availabilityOf,
  hindranceFor,
  type Availability,
  type ChosenStatus,
  type Engagement,
  type Hindrance,
  type Standing,
} from './availability.ts';
export {
  initialPresence,
  presence,
  type Presence,
  type PresenceCommand,
  type PresenceEvent,
  type PresenceRefusal,
  type SignedOut,
  type WrapUp,
} from './presence.decider.ts';
export { show } from './show.ts';
export { wrapUpAfter, type CallEnd } from './wrap-up.ts';
