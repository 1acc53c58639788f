import { phoneKeyPressed, type PhoneKey } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { Engine } from '../engine/port.ts';
import type { BoardLeg } from '../switchboard/leg.ts';

/** Keys that agents press at their own phones: routing is asked to do what they mean. Where it does not, a transfer is declined. */
export class PhoneKeys {
  constructor(
    private readonly engine: Pick<Engine, 'answerTransfer'>,
    private readonly bus: Pick<Bus, 'ask'>,
  ) {}

  async pressed({ legId, account, conversationId }: BoardLeg, key: PhoneKey): Promise<void> {
    try {
      const { refused } = await this.bus.ask(phoneKeyPressed, { account, conversationId, legId, key });
      if (refused) log.info({ leg: legId, key: key.is, ...refused }, 'a key of a phone was refused');
      await this.answer(legId, key, refused === null);
    } catch (error) {
      log.warn({ err: error, leg: legId, key: key.is }, 'nobody does what a key of a phone means');
      await this.answer(legId, key, false);
    }
  }

  /** A phone that is gone, or whose engine is, need not know. */
  private async answer(legId: string, key: PhoneKey, accepted: boolean): Promise<void> {
    if (key.is === 'transfer')
      await this.engine
        .answerTransfer({ legId, accepted })
        .catch((error: unknown) => log.warn({ err: error }, 'a phone could not be answered'));
  }
}
