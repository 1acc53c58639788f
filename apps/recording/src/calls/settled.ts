import type { Follower } from '@cordboard/platform-messaging';
import type { ConversationStore } from './conversation.store.ts';

/** Waits until telephony has told that the engine does what a message said; false where it has not after so many ms. */
export const settled =
  (store: ConversationStore, telephony: Follower) =>
  async (conversationId: string, seq: number, withinMs: number): Promise<boolean> => {
    for (const end = performance.now() + withinMs; ; await telephony.nextTaken(Math.min(50, end - performance.now()))) {
      if ((await store.settled(conversationId)) >= seq) return true;
      if (performance.now() >= end) return false;
    }
  };
