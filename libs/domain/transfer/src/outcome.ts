import type { Refusal } from '@cordboard/decider';
import type { RefusalCode } from './commands.ts';
import type { Event } from './events.ts';

/** What a command comes to. */
export type Outcome = readonly Event[] | Refusal<RefusalCode>;
