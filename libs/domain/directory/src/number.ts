import { refuse, type Decider, type Refusal } from '@cordboard/decider';
import { refusedId } from './id.ts';
import { nameOf } from './name.ts';
import { refusedHours, type OpeningHours } from './opening-hours.ts';
import { RING_SECONDS } from './policy.ts';
import { refusedLanguage } from './language.ts';
import { textOf } from './text.ts';

/** A step of a Number's distribution: one agent or one team, rung for so long. */
export interface Step {
  readonly agentId: string | null;
  readonly teamId: string | null;
  readonly how: 'ALL_AT_ONCE' | 'LONGEST_IDLE' | 'ROUND_ROBIN';
  /** Null: the account's ring time. */
  readonly ringSeconds: number | null;
}

/** What callers of a Number hear instead of a person; music is heard on hold. */
export type MessageKind = 'greeting' | 'voicemail' | 'unavailable' | 'music';
/** A file that was uploaded for a message, and where it lies in the storage for media. */
export interface MessageFile {
  readonly id: string;
  readonly key: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly seconds: number;
  /** ISO-8601. */
  readonly uploadedAt: string;
}
/** Which messages are files. */
export type MessageFiles = Readonly<Record<MessageKind, MessageFile | null>>;

/** A phone number that the account owns, and what becomes of calls to it. */
export interface Line {
  readonly id: string;
  readonly account: string;
  readonly label: string;
  /** E.164; never changes. */
  readonly e164: string;
  readonly distribution: readonly Step[];
  readonly greeting: string | null;
  readonly openingHours: OpeningHours | null;
  readonly dedicatedAgentId: string | null;
  readonly dedicatedTeamId: string | null;
  readonly voicemail: boolean;
  readonly unavailabilityMessage: string | null;
  /** Said before somebody leaves a message. */
  readonly voicemailMessage: string | null;
  /** Of its texts (BCP 47); null: what is usual. */
  readonly language: string | null;
  /** Played instead of a text. */
  readonly files: MessageFiles;
  /** What is recorded of its calls; null: what the account says. */
  readonly recording: 'ON_DEMAND' | 'ALWAYS' | 'NEVER' | null;
}

/** The Number as it is wanted, with facts that were read just before. */
export interface SaveLine {
  readonly line: Line;
  readonly idIsTaken: boolean;
  readonly numberIsValid: boolean;
  /** Whether some account has this phone number already. */
  readonly numberIsTaken: boolean;
  readonly timeZoneIsKnown: boolean;
  /** The other Number that is dedicated to the same agent or team, by its label. */
  readonly holderHas: string | null;
}
export interface LineSaved {
  readonly type: 'saved';
  readonly line: Line;
}
export type LineRefusal =
  | 'INVALID_ID'
  | 'ID_TAKEN'
  | 'INVALID_NAME'
  | 'INVALID_NUMBER'
  | 'NUMBER_TAKEN'
  | 'INVALID_TEXT'
  | 'INVALID_LANGUAGE'
  | 'INVALID_OPENING_HOURS'
  | 'INVALID_DISTRIBUTION'
  | 'TWO_HOLDERS'
  | 'ALREADY_DEDICATED';

/** How a Number is kept. S22: it is one agent's or one team's own at most, and nobody has two of their own. */
export const lines: Decider<SaveLine, LineSaved, Line | null, LineRefusal> = {
  initial: null,

  decide: (state, command) => {
    const { line } = command;
    const refusal = (state === null ? refusedNew(command) : null) ?? refusedSettings(command);
    if (refusal) return refusal;
    const named = nameOf('A Number', line.label);
    if ('refused' in named) return named;
    const [greeting, unavailable, voicemail] = [line.greeting, line.unavailabilityMessage, line.voicemailMessage].map(textOf) as Texts;
    if ('refused' in greeting) return greeting;
    if ('refused' in unavailable) return unavailable;
    if ('refused' in voicemail) return voicemail;
    const texts = { greeting: greeting.text, unavailabilityMessage: unavailable.text, voicemailMessage: voicemail.text };
    return [{ type: 'saved', line: { ...line, ...texts, label: named.name } }];
  },

  evolve: (_, event) => event.line,
};

type Text = ReturnType<typeof textOf>;
type Texts = [greeting: Text, unavailable: Text, voicemail: Text];

const refusedNew = ({ line, idIsTaken, numberIsValid, numberIsTaken }: SaveLine): Refusal<LineRefusal> | null => {
  if (!numberIsValid)
    return refuse('INVALID_NUMBER', `${line.e164} is not a phone number that exists.`, 'Check the country code and the digits.');
  if (numberIsTaken)
    return refuse('NUMBER_TAKEN', `${line.e164} is a Number already.`, 'Change that Number, or write another phone number.');
  return refusedId(line.id, idIsTaken);
};

const refusedSettings = ({ line, timeZoneIsKnown, holderHas }: SaveLine): Refusal<LineRefusal> | null =>
  refusedLanguage(line.language) ??
  refusedHours(line.openingHours, timeZoneIsKnown) ??
  refusedSteps(line.distribution) ??
  refusedHolder(line, holderHas);

const refusedHolder = (line: Line, holderHas: string | null): Refusal<LineRefusal> | null => {
  if (line.dedicatedAgentId !== null && line.dedicatedTeamId !== null)
    return refuse('TWO_HOLDERS', 'A Number is dedicated to one agent or to one team.', 'Give one of the two.');
  return holderHas === null
    ? null
    : refuse(
        'ALREADY_DEDICATED',
        `The Number ${holderHas} is dedicated to them already.`,
        'Free that Number first: an agent or a team has one.',
      );
};

/** More steps than this no caller waits for. */
const MOST_STEPS = 20;

const refusedSteps = (steps: readonly Step[]): Refusal<LineRefusal> | null => {
  const refusal = (message: string, remedy: string) => refuse('INVALID_DISTRIBUTION', message, remedy);
  if (steps.length > MOST_STEPS)
    return refusal(`A distribution has ${MOST_STEPS} steps at most.`, 'Join agents who are rung together in a team.');
  if (steps.some((step) => (step.agentId === null) === (step.teamId === null)))
    return refusal('Each step rings one agent or one team.', 'Give one of the two in each step.');
  if (steps.some(({ ringSeconds }) => ringSeconds !== null && !RING_SECONDS.allows(ringSeconds)))
    return refusal(`A step rings ${RING_SECONDS.says}.`, "Leave it out for the account's ring time.");
  return null;
};
