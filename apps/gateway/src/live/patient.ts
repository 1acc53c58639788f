import type { Bus } from '@cordboard/platform-messaging';

/** A service that is being started anew is waited for this long, and asked this often meanwhile, in ms. */
const PATIENCE = 30_000;
const PAUSE = 250;

/**
 * Asks until there is an answer: a feed that goes on need not end because the service behind it is away for a moment.
 * @throws the last failure, at once where the bus was closed
 */
export async function patiently<Answer>(bus: Pick<Bus, 'isClosed'>, ask: () => Promise<Answer>): Promise<Answer> {
  for (const end = performance.now() + PATIENCE; ;) {
    try {
      return await ask();
    } catch (error) {
      if (bus.isClosed || performance.now() >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
