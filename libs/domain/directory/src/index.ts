export { agents, type Agent, type AgentRefusal, type AgentSaved, type SaveAgent } from './agent.ts';
export {
  contacts,
  isAvailableTo,
  type Contact,
  type ContactCommand,
  type ContactEvent,
  type ContactRefusal,
  type ContactState,
} from './contact.ts';
export { dedicatedNumberOf, type NumberHolder } from './dedicated.ts';
export { columnsOf, nameIn, numbersIn, reportOf, type ChosenColumns, type ColumnReport, type ImportColumns } from './import-columns.ts';
export { imports, type ImportCommand, type ImportedNumber, type ImportEvent, type ImportTally } from './import.ts';
export { MAX_MESSAGE_SECONDS, refusedMessageFile, type MessageFileProblem, type MessageFileRefusal } from './message-file.ts';
export { LONGEST_NAME } from './name.ts';
export { LANGUAGES } from './language.ts';
export {
  lines,
  type Line,
  type LineRefusal,
  type LineSaved,
  type MessageFiles,
  type MessageKind,
  type SaveLine,
  type Step,
} from './number.ts';
export { type OpeningHours } from './opening-hours.ts';
export { MOST_BLOCKED, policies, usualPolicy, type Policy, type PolicyRefusal, type PolicySaved, type SavePolicy } from './policy.ts';
export { removals, type Needs, type RemovalCommand, type RemovalEvent, type RemovalRefusal, type RemovalState } from './removal.ts';
export { foldText, plain, soughtIn } from './spelling.ts';
export { teams, type SaveTeam, type Team, type TeamRefusal, type TeamSaved } from './team.ts';
export { LONGEST_TEXT } from './text.ts';
