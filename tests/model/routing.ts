/** The one door to the parts of routing that the model is held against: the real handlers and listeners, and the stores under them. */
export { columnsOf, knownAgent, type AgentRow, type KnownAgent } from '../../apps/routing/src/agents/agent.row.ts';
export { AgentStore, type Behind } from '../../apps/routing/src/agents/agent.store.ts';
export { DirectoryStore, type Distribution } from '../../apps/routing/src/agents/directory.store.ts';
export { CallHandler } from '../../apps/routing/src/calls/call.handler.ts';
export { DialHandler, type Begun } from '../../apps/routing/src/calls/dial.handler.ts';
export { ConversationHandler, type Outcome, type Prepare } from '../../apps/routing/src/conversations/conversation.handler.ts';
export { ConversationStore, type Commit, type Saved, type Stored } from '../../apps/routing/src/conversations/conversation.store.ts';
export { ConversationTimers } from '../../apps/routing/src/conversations/conversation.timers.ts';
export { openDatabase, type RoutingDatabase } from '../../apps/routing/src/database.store.ts';
export { PresenceListener } from '../../apps/routing/src/listeners/presence.listener.ts';
export { TelephonyListener } from '../../apps/routing/src/listeners/telephony.listener.ts';
export { ReachHandler, type TargetAsked } from '../../apps/routing/src/transfers/reach.handler.ts';
export { TransferHandler, type Started } from '../../apps/routing/src/transfers/transfer.handler.ts';
