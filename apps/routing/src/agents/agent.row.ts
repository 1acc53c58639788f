import type { ChosenStatus, Standing } from '@cordboard/domain-presence';

/** An agent as routing knows them: whom the rules ask about, and the revision that a ring is decided on. */
export interface KnownAgent {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly extension: string;
  readonly rev: number;
  /** Whether the directory has not deactivated them. */
  readonly active: boolean;
  /** Nobody reaches one who was deactivated. */
  readonly standing: Standing;
  /** D2. */
  readonly mayDialOut: boolean;
  readonly defaultNumberId: string | null;
  readonly dedicatedNumberId: string | null;
  /** The phone number that rings instead of their devices, E.164. */
  readonly forwarding: string | null;
  /** Since their last call ended, or, without any, since they were first known. ISO-8601. */
  readonly idleSince: string | null;
  /** When they were last rung, with whatever; null: never. ISO-8601. */
  readonly lastOfferedAt: string | null;
}

/** An agent's row as PostgreSQL gives it: `COLUMNS`. */
export interface AgentRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly extension: string;
  readonly rev: number;
  readonly status: ChosenStatus;
  readonly active: boolean;
  readonly reachable: boolean;
  readonly in_wrap_up: boolean;
  readonly engaged_by: string | null;
  readonly engaged_as: 'RINGING' | 'IN_CALL' | null;
  readonly reserved_by: readonly string[];
  readonly settling_conversation: string | null;
  readonly may_dial_out: boolean;
  readonly default_number_id: string | null;
  readonly dedicated_number_id: string | null;
  readonly forwarding: string | null;
  readonly idle_since: Date;
  readonly last_offered_at: Date | null;
}

const NAMES = [
  'id',
  'account',
  'name',
  'extension',
  'rev',
  'status',
  'active',
  'reachable',
  'in_wrap_up',
  'engaged_by',
  'engaged_as',
  'reserved_by',
  'settling_conversation',
  'may_dial_out',
  'default_number_id',
  'dedicated_number_id',
  'forwarding',
  'idle_since',
  'last_offered_at',
] satisfies (keyof AgentRow)[];

/** Of the table `agent`, under this name in the query. */
export const columnsOf = (table: string): string => NAMES.map((name) => `${table}.${name}`).join(', ');

/** Settling (a call of theirs just ended, presence has not yet said what follows) counts as in call: they are not rung. */
export const knownAgent = (row: AgentRow): KnownAgent => ({
  id: row.id,
  account: row.account,
  name: row.name,
  extension: row.extension,
  rev: row.rev,
  active: row.active,
  standing: {
    status: row.status,
    reachable: row.active && row.reachable,
    inWrapUp: row.in_wrap_up,
    engagements: [
      ...(row.engaged_as ? [row.engaged_as] : []),
      ...(row.settling_conversation ? ['IN_CALL' as const] : []),
      ...(row.reserved_by.length > 0 ? ['RESERVED' as const] : []),
    ],
  },
  mayDialOut: row.may_dial_out,
  defaultNumberId: row.default_number_id,
  dedicatedNumberId: row.dedicated_number_id,
  forwarding: row.forwarding,
  idleSince: row.idle_since.toISOString(),
  lastOfferedAt: row.last_offered_at?.toISOString() ?? null,
});

/** Whether an agent has no leg in any call, so that they can have one of their own choice. */
export const isFree = ({ standing }: KnownAgent): boolean => standing.engagements.every((as) => as === 'RESERVED');
