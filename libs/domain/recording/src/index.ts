export { assigneesOf, mayHear, type Assignment, type Listener } from './access.ts';
export { controlAfter, controlOf, remedyFor, whyLocked, type Control, type Lockable, type Mode, type Policy } from './control.ts';
export { current, wantedOf, type Call, type Conversation, type Happened, type RecordingState } from './conversation.ts';
export { recording, type Code, type Command, type Wish } from './recording.decider.ts';
export { tooOldBefore } from './retention.ts';
