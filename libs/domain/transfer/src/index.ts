export { MOST_HOPS, type Candidate, type Command, type CommandOf, type LegEndReason, type RefusalCode } from './commands.ts';
export { engagements, timers, wiring, type WantedTimer, type WiredLeg } from './consequences.ts';
export { conversation } from './conversation.decider.ts';
export {
  callOf,
  consult,
  conversationIdOf,
  hearEachOther,
  isOver,
  noConversation,
  offerOf,
  ringing,
  transferOf,
  type Call,
  type Conversation,
  type EndReason,
  type Leg,
  type Offer,
  type Situation,
  type Target,
  type Transfer,
  type TransferMode,
  type TransferStatus,
} from './conversation.ts';
export { evolve, type Event } from './events.ts';
export { whyNotTransferable } from './start-transfer.ts';
export { agentChoice, teamChoice, type Choice } from './targets.ts';
