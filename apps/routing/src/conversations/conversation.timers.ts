import type { DueTimer } from '@cordboard/platform-database';
import { z } from 'zod';
import type { CallHandler } from '../calls/call.handler.ts';
import type { ConversationHandler } from './conversation.handler.ts';

const Body = z.object({ group: z.int() });

/** Ring times that end. The rules decide what that means in the state that they meet; its commit ends the timer. */
export class ConversationTimers {
  constructor(
    private readonly calls: CallHandler,
    private readonly conversations: ConversationHandler,
  ) {}

  async fire(timer: DueTimer): Promise<void> {
    const stored = await this.conversations.current(timer.subject);
    if (!stored) return;
    await this.calls.happen(
      timer.subject,
      stored.state.account,
      { type: 'ringTimeEnded', group: Body.parse(timer.body).group },
      { at: new Date().toISOString() },
    );
  }
}
