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
  show,
  type Presence,
  type PresenceCommand,
  type PresenceEvent,
  type PresenceRefusal,
  type WrapUp,
} from './presence.decider.ts';
export { wrapUpAfter, type CallEnd } from './wrap-up.ts';
