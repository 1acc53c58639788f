import type { EndReason, Offer, Target, TransferMode, TransferStatus } from '@cordboard/domain-transfer';
import { CAME_BACK, CAME_BACK_CAUSES as BECAUSE, CAME_BACK_REMEDIES } from './came-back.texts.ts';
import type { Diagnosis } from './diagnosis.ts';
import { say, type Text } from './phrase.ts';
import { WAYS, waysTo, type DedicatedNumber } from './ways.ts';

/** Somebody who was rung for a transfer, and what became of it. */
export interface OfferFacts {
  readonly name: string;
  /** Rung because the call came back. */
  readonly isReturn: boolean;
  readonly isAgent: boolean;
  readonly end: Pick<NonNullable<Offer['end']>, 'outcome' | 'reason'> | null;
}

export interface TransferFacts {
  readonly status: TransferStatus;
  readonly reason: EndReason | null;
  readonly mode: TransferMode;
  /** What it began as, where it turned cold. */
  readonly convertedFrom: TransferMode | null;
  readonly transferor: string;
  readonly target: { readonly kind: Target['kind']; readonly name: string; readonly dedicated: DedicatedNumber | null };
  readonly offers: readonly OfferFacts[];
}

/** @rule S40 why a call came back: everybody who was rung, and what became of it; what to do: the dedicated Number, its contact, and a transfer to that */
export function whyItCameBack(transfer: TransferFacts): readonly Diagnosis[] {
  const code = whatBecame(transfer);
  if (code === null) return [];
  const { transferor, target } = transfer;
  const isColleague = target.kind === 'AGENT' || target.kind === 'TEAM';
  return [
    {
      code,
      message:
        code === 'NOT_TAKEN'
          ? say(CAME_BACK.NOT_TAKEN, { target: target.name })
          : say(CAME_BACK[code], { target: target.name, transferor }),
      causes: [
        ...transfer.offers.filter(({ isReturn }) => !isReturn).flatMap(outcomeOf),
        ...(code === 'CAME_BACK' ? [say(BECAUSE.missedReturn, { transferor })] : []),
        ...(code === 'RETURN_IMPOSSIBLE' ? [say(BECAUSE.transferorAway, { transferor })] : []),
        ...(code === 'RETURN_NOT_TAKEN' ? [say(BECAUSE.returnNotTaken, { transferor })] : []),
        ...(isColleague && target.dedicated === null ? [say(WAYS.lacksNumber, { name: target.name })] : []),
      ],
      remedies: isColleague
        ? waysTo(target.name, target.dedicated)
        : target.kind === 'EXTERNAL'
          ? [say(CAME_BACK_REMEDIES.checkNumber, { name: target.name })]
          : [],
    },
  ];
}

function whatBecame({ status, reason, offers }: TransferFacts): keyof typeof CAME_BACK | null {
  switch (status) {
    case 'RETURNING':
    case 'RETURNED':
      return 'CAME_BACK';
    case 'FAILED':
      if (reason === 'TRANSFEROR_UNAVAILABLE') return 'RETURN_IMPOSSIBLE';
      return offers.some(({ isReturn }) => isReturn) ? 'RETURN_NOT_TAKEN' : 'NOT_TAKEN';
    case 'CANCELLED':
      return reason === 'TARGET_HUNG_UP' ? 'TARGET_LEFT' : null;
    case 'RINGING':
    case 'CONSULTING':
    case 'COMPLETED':
    case 'ABANDONED':
      return null;
  }
}

/** Nothing for who still rings, and for whom a colleague outran. */
function outcomeOf({ name, isAgent, end }: OfferFacts): readonly Text[] {
  switch (end?.outcome) {
    case undefined:
    case 'ANSWERED_ELSEWHERE':
      return [];
    case 'TIMED_OUT':
      return [say(isAgent ? BECAUSE.didNotAnswer : BECAUSE.numberDidNotAnswer, { name })];
    case 'REJECTED':
      if (end?.reason === 'BUSY') return [say(BECAUSE.phoneBusy, { name })];
      return [say(isAgent ? BECAUSE.turnedDown : BECAUSE.numberTurnedDown, { name })];
    case 'ACCEPTED':
      return [say(BECAUSE.tookAndWasGone, { name })];
    case 'RESCINDED':
      if (end?.reason === 'INVALID_DESTINATION') return [say(BECAUSE.noSuchNumber, { name })];
      if (end?.reason === 'TELEPHONY_ERROR') return [say(BECAUSE.engineFailed, { name })];
      return [say(isAgent ? BECAUSE.becameUnavailable : BECAUSE.noSuchNumber, { name })];
  }
}
