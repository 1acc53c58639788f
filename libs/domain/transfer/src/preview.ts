import { mustBeTagged, wrapUpAfter } from '@cordboard/domain-presence';
import { controlOf, type Control, type Policy } from '@cordboard/domain-recording';
import type { Target, TransferMode } from './conversation.ts';

/** What an account has decided about the end of its calls. */
export interface Customs {
  readonly wrapUpSeconds: number;
  readonly tagRequired: boolean;
  readonly recording: Policy;
}

/** What a transfer will mean for who makes it, told before it is made. */
export interface Forecast {
  /** Whether the caller is with the transferor again when nobody takes the call. */
  readonly comesBack: boolean;
  readonly wrapUp: boolean;
  /** Null where there is no wrap-up. */
  readonly wrapUpSeconds: number | null;
  /** Of the call that it makes. */
  readonly recordingControl: Control;
  readonly tagRequired: boolean;
  /** All of it, for people. */
  readonly says: string;
}

/** Both kinds of transfer to a target of this kind, by the rules of those who will apply them. */
export const preview = (kind: Target['kind'], customs: Customs): { readonly cold: Forecast; readonly warm: Forecast } => ({
  cold: forecast('COLD', kind, customs),
  warm: forecast('WARM', kind, customs),
});

function forecast(mode: TransferMode, kind: Target['kind'], customs: Customs): Forecast {
  const end = { how: 'TRANSFERRED', mode, targetKind: kind } as const;
  const tagRequired = mustBeTagged(end, customs.tagRequired);
  const wrapUp = wrapUpAfter(end) && (customs.wrapUpSeconds > 0 || tagRequired);
  const told = {
    comesBack: kind !== 'NUMBER', // S7, and S19 where a Number has the call
    wrapUp,
    wrapUpSeconds: wrapUp ? customs.wrapUpSeconds : null,
    recordingControl: controlOf({ madeBy: mode, policy: customs.recording }),
    tagRequired,
  };
  return { ...told, says: inWords(mode, told) };
}

function inWords(mode: TransferMode, told: Omit<Forecast, 'says'>): string {
  const unanswered = told.comesBack
    ? 'the caller is with you again'
    : "the caller gets the Number's voicemail or message, and never comes back to you";
  return [
    mode === 'COLD' ? 'The call goes at once.' : 'You talk with the target first, while the caller waits.',
    `If nobody answers, ${unanswered}.`,
    told.wrapUp ? `You get wrap-up time${told.wrapUpSeconds ? ` of ${told.wrapUpSeconds} s` : ''}.` : 'You get no wrap-up time.',
    ...(told.tagRequired ? ['You must tag the call.'] : []),
    RECORDING[told.recordingControl],
  ].join(' ');
}

const RECORDING: Readonly<Record<Control, string>> = {
  ALLOWED: 'Recording can be switched on and off afterwards.',
  LOCKED_BY_COLD_TRANSFER: 'Recording can be switched neither on nor off afterwards.',
  LOCKED_BY_POLICY: 'This account records no calls.',
};
