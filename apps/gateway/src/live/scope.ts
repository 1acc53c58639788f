import type { Identity, Language } from '@cordboard/platform-subgraph';

/** Everything about whoever asks that a result may depend on: those of one scope are shown the same, and nobody else is. */
export interface Scope {
  readonly account: string;
  readonly language: Language;
  /** Null where what is shown is the same for everybody of the account. */
  readonly asker: { readonly agentId: string; readonly role: Identity['role'] } | null;
}

/**
 * Fields whose owner answers everybody of the account alike. Whatever else is asked of an owner is taken to depend on who asks: a field
 * that is forgotten here is told to more groups than need be, never to more people than may see it.
 */
export const ALIKE_FOR_ALL: ReadonlySet<string> = new Set(
  [
    ['Agent', 'id name extension role teams defaultNumber dedicatedNumber noDedicatedNumber mayDialOut presence'],
    ['Team', 'id name members dedicatedNumber noDedicatedNumber availableMembers'],
    ['Number', 'id label e164 dedicatedAgent dedicatedTeam'],
    ['Contact', 'id name number line'],
    ['Refused', 'code message remedy'],
    ['Presence', 'status availability reason since version statusUntil wrapUp'],
    ['WrapUp', 'callId startedAt until reason message tagDue'],
  ].flatMap(([type, fields = '']) => fields.split(' ').map((field) => `${type}.${field}`)),
);

/**
 * @param alone the events themselves are the asker's alone
 * @param owned the fields, `Type.field`, that owners are asked for
 */
export const scopeOf = (
  { account, agentId, role }: Identity,
  language: Language,
  { alone, owned }: { readonly alone: boolean; readonly owned: Iterable<string> },
): Scope => ({
  account,
  language,
  asker: alone || [...owned].some((field) => !field.endsWith('.__typename') && !ALIKE_FOR_ALL.has(field)) ? { agentId, role } : null,
});
