export {
  MOST_HOPS,
  type Candidate,
  type Command,
  type CommandOf,
  type LegEndReason,
  type NumberFacts,
  type Onward,
  type Reach,
  type RefusalCode,
  type Round,
} from './commands.ts';
export { engagements, timers, wiring, type WantedTimer, type WiredLeg } from './consequences.ts';
export { conversation } from './conversation.decider.ts';
export {
  callOf,
  consult,
  conversationIdOf,
  hearEachOther,
  isAgentOf,
  isAsWanted,
  isBeingCompleted,
  isLetGo,
  isOver,
  isUp,
  noConversation,
  numberFollowed,
  offerOf,
  ringing,
  transferOf,
  type Call,
  type Conversation,
  type EndReason,
  type Leg,
  type Offer,
  type Situation,
  type SoundFile,
  type Target,
  type Transfer,
  type TransferMode,
  type TransferStatus,
  type Words,
} from './conversation.ts';
export { CURRENT_CALL, currentCall } from './current-call.ts';
export { nextRound, visitOf, type Step, type Visit } from './distribution.ts';
export { evolve, type Event } from './events.ts';
export { isNeeded, onlyRings, rungOfTeam, type MayBeNeeded } from './needed.ts';
export { isOpen, type OpeningHours } from './opening-hours.ts';
export { hasHandedOver } from './hang-up.ts';
export { whyNotTransferable } from './start-transfer.ts';
export { agentChoice, contactTarget, neverTransferable, teamChoice, teamChoiceBy, type Choice, type DirectWay } from './targets.ts';
export { countriesDialled, whyNotDialled, whyTooCostly, type CostlyTariff, type Destination, type DiallingPolicy } from './destinations.ts';
export { asSought, isBeginning, isFound, searchText, soughtWords } from './targets-search.ts';
export { preview, type Customs, type Forecast } from './preview.ts';
