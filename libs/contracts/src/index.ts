export { Envelope, eventsOf, Id, SOURCES, streamOf, subjectOf, subjectsOf, type Source, type Told } from './envelope.ts';
export {
  AgentEntry,
  ContactEntry,
  DirectoryEvent,
  DistributionStep,
  NumberEntry,
  OpeningHours,
  PolicyEntry,
  RecordingPolicy,
  TeamEntry,
  usualPolicy,
} from './directory.ts';
export {
  Announcement,
  ANNOUNCEMENTS,
  LEG_END_REASONS,
  Media,
  Phone,
  PHONE_STATES,
  PhonesFact,
  ROOMS,
  TelephonyEvent,
  Wiring,
  type LegEndReason,
  type PhoneState,
  type Room,
} from './telephony.ts';
export { AgentStanding, AVAILABILITIES, CHOSEN_STATUSES, PresenceEvent, PresenceView } from './presence.ts';
export {
  CALL_ENDS,
  CallView,
  DIRECTIONS,
  END_REASONS,
  ENGAGEMENTS,
  OFFER_KINDS,
  OFFER_OUTCOMES,
  OfferView,
  RoutingEvent,
  TARGET_KINDS,
  TargetRef,
  TRANSFER_MODES,
  TRANSFER_STATUSES,
  TransferView,
} from './routing.ts';
export {
  agentCalls,
  agentFacts,
  caughtUp,
  deviceClosed,
  deviceOpened,
  neededByCalls,
  nodeRenewed,
  PhoneKey,
  phoneKeyPressed,
  presenceSnapshot,
  replay,
  revocations,
  standingTold,
  type Request,
} from './requests.ts';
export { callInGraph, offerInGraph, transferInGraph, type CallInGraph, type OfferInGraph, type TransferInGraph } from './graph.ts';
export { RECORDING_STATES, RecorderFact, RecordingEvent } from './recording.ts';
