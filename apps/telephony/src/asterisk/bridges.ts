import { newId } from '@cordboard/platform-process';
import type { Bridge } from './ari/description.ts';

/** What our bridges are called: the engine may have others. */
const OURS = 'cordboard';

/**
 * Our bridges, and which of the engine's each one is. The engine may never free the id of a bridge that legs were moved out of, so
 * each one is made under a new id, which begins with ours.
 */
export class Bridges {
  private readonly live = new Map<string, string>();

  /** The engine's id of a bridge; of none that we know, one that is not there. */
  engineId(bridgeId: string): string {
    return this.live.get(bridgeId) ?? bridgeId;
  }

  /** @param make asks the engine for a bridge of that id and name, where there is none yet */
  async create(bridgeId: string, make: (engineId: string, name: string) => Promise<unknown>): Promise<void> {
    if (this.live.has(bridgeId)) return;
    const engineId = `${bridgeId}.${newId()}`;
    this.live.set(bridgeId, engineId);
    await make(engineId, OURS).catch((error: unknown) => {
      this.destroyed(engineId);
      throw error;
    });
  }

  destroyed(engineId: string): void {
    const bridgeId = bridgeIdOf(engineId);
    if (this.live.get(bridgeId) === engineId) this.live.delete(bridgeId);
  }

  /** Takes the engine's picture for the truth. */
  replace(bridges: readonly Bridge[]): void {
    this.live.clear();
    for (const { id } of bridges.filter(isOurBridge)) this.live.set(bridgeIdOf(id), id);
  }
}

export const isOurBridge = ({ name }: Bridge): boolean => name === OURS;
export const bridgeIdOf = (engineId: string): string => engineId.split('.')[0] ?? '';
