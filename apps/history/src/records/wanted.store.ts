import { showsAtLeast, showsAtMost } from './seconds.store.ts';

/** Which rows are wanted: those of the account for which all that is given holds. */
export interface RowsWanted {
  readonly account: string;
  /** Only rows of this agent's own calls; null for all of the account. */
  readonly participant: string | null;
  /** Who is in the filter's team; null where it names none. */
  readonly members: readonly string[] | null;
  readonly filter: RowFilter;
}
type Given<T> = T | null | undefined;
export interface RowFilter {
  readonly ids?: Given<readonly string[]>;
  readonly agentId?: Given<string>;
  readonly teamId?: Given<string>;
  readonly lineId?: Given<string>;
  readonly entryNumberId?: Given<string>;
  readonly direction?: Given<string>;
  readonly outcome?: Given<string>;
  readonly live?: Given<boolean>;
  readonly tags?: Given<readonly string[]>;
  readonly allTags?: Given<readonly string[]>;
  readonly conversationId?: Given<string>;
  readonly transferId?: Given<string>;
  readonly transferred?: Given<boolean>;
  readonly targetKind?: Given<string>;
  readonly caller?: Given<string>;
  readonly callerWithheld?: Given<boolean>;
  readonly callerAgentId?: Given<string>;
  readonly offeredTo?: Given<string>;
  readonly madeByTransfer?: Given<boolean>;
  readonly answered?: Given<boolean>;
  readonly startedAfter?: Given<string>;
  readonly startedBefore?: Given<string>;
  readonly answeredAfter?: Given<string>;
  readonly answeredBefore?: Given<string>;
  readonly endedAfter?: Given<string>;
  readonly endedBefore?: Given<string>;
  readonly minRingSeconds?: Given<number>;
  readonly minTalkSeconds?: Given<number>;
  readonly minHoldSeconds?: Given<number>;
  readonly minWrapUpSeconds?: Given<number>;
  readonly maxRingSeconds?: Given<number>;
  readonly maxTalkSeconds?: Given<number>;
  readonly maxHoldSeconds?: Given<number>;
  readonly maxWrapUpSeconds?: Given<number>;
}

/** What each filter means of the call `c`; `?` is the value given. */
const CONDITIONS: Readonly<Record<Exclude<keyof RowFilter, 'agentId' | 'teamId' | 'live'>, string>> = {
  ids: 'c.id = ANY(?::text[])',
  lineId: 'c.line_id = ?',
  entryNumberId: 'c.entry_number_id = ?',
  direction: 'c.direction = ?',
  outcome: 'c.outcome = ?',
  tags: 'c.tags && ?::text[]',
  allTags: 'c.tags @> ?::text[]',
  conversationId: 'c.conversation_id = ?',
  transferId: 'c.id = ANY(ARRAY(SELECT unnest(ARRAY[call_id, new_call_id]) FROM transfer_record WHERE account = $1 AND id = ?))',
  transferred: 'c.transferred = ?::bool',
  targetKind: 'c.transferred AND c.transfer_kinds @> ARRAY[?::text]',
  caller: 'c.caller = ?',
  callerWithheld: `(c.direction = 'INBOUND' AND c.caller IS NULL) = ?::bool`,
  callerAgentId: 'c.caller_agent_id = ?',
  offeredTo: 'EXISTS (SELECT 1 FROM offer_record o WHERE o.call_id = c.id AND o.agent_id = ?)',
  madeByTransfer: '(c.via_transfer_id IS NOT NULL) = ?::bool',
  answered: '(c.answered_at IS NOT NULL) = ?::bool',
  startedAfter: 'c.started_at >= ?::timestamptz',
  startedBefore: 'c.started_at < ?::timestamptz',
  answeredAfter: 'c.answered_at >= ?::timestamptz',
  answeredBefore: 'c.answered_at < ?::timestamptz',
  endedAfter: 'c.ended_at >= ?::timestamptz',
  endedBefore: 'c.ended_at < ?::timestamptz',
  minRingSeconds: showsAtLeast('c.ring_ms'),
  minTalkSeconds: showsAtLeast('c.talk_ms'),
  minHoldSeconds: showsAtLeast('c.hold_ms'),
  minWrapUpSeconds: showsAtLeast('c.wrap_up_ms'),
  maxRingSeconds: showsAtMost('c.ring_ms'),
  maxTalkSeconds: showsAtMost('c.talk_ms'),
  maxHoldSeconds: showsAtMost('c.hold_ms'),
  maxWrapUpSeconds: showsAtMost('c.wrap_up_ms'),
};
const OF_AGENTS = '(c.agent_id = ANY(?::text[]) OR c.caller_agent_id = ANY(?::text[]))';
/** A page that is read along a key's own index ends with it, however many rows of other keys lie between. */
const AGENT_WALK = { table: 'call_participant', key: 'agent_id', holds: '' };
const OWN_WALK = { ...AGENT_WALK, holds: 'AND walk.own' };
const TAG_WALK = { table: 'call_tag', key: 'tag', holds: '' };

/** SQL that finds rows and the values that it is given. */
export interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A page of rows, newest first, behind a place (start, id). */
export function pageOf(wanted: RowsWanted, columns: string, after: readonly string[] | null, limit: number): Query {
  const { bind, walk, conditions, values } = planOf(wanted);
  const size = bind('?::int', limit);
  const [at, id] = after ?? [];
  const behind = (start: string, call: string): string[] =>
    after === null ? [] : [bind(`(${start}, ${call}) < (?::timestamptz, `, at) + bind('?::text)', id)];
  if (walk === null) {
    const where = ['c.account = $1', ...conditions, ...behind('c.started_at', 'c.id')].join(' AND ');
    return { text: `SELECT ${columns} FROM call_record AS c WHERE ${where} ORDER BY c.started_at DESC, c.id DESC LIMIT ${size}`, values };
  }
  const place = behind('walk.started_at', 'walk.call_id');
  const found = (
    key: string,
  ): string => `SELECT walk.call_id, walk.started_at FROM ${walk.table} AS walk JOIN call_record AS c ON c.id = walk.call_id
    WHERE ${[`walk.account = $1 AND walk.${walk.key} = ${key} ${walk.holds}`, ...conditions, ...place].join(' AND ')}
    ORDER BY walk.started_at DESC, walk.call_id DESC LIMIT ${size}`;
  // one key is named outright: how many rows it has decides how they are best read
  const page =
    walk.keys.length === 1
      ? found(bind('?', walk.keys[0]))
      : `SELECT DISTINCT found.call_id, found.started_at FROM unnest(${bind('?::text[]', walk.keys)}) AS key CROSS JOIN LATERAL (${found('key')}) AS found
         ORDER BY found.started_at DESC, found.call_id DESC LIMIT ${size}`;
  const text = `SELECT ${columns} FROM (${page}) AS page JOIN call_record AS c ON c.id = page.call_id ORDER BY page.started_at DESC, page.call_id DESC`;
  return { text, values };
}

/** How many rows there are. */
export function countOf(wanted: RowsWanted): Query {
  const { bind, walk, conditions, values } = planOf(wanted);
  if (walk === null)
    return { text: `SELECT count(*)::int AS n FROM call_record AS c WHERE ${['c.account = $1', ...conditions].join(' AND ')}`, values };
  const keys = walk.keys.length === 1 ? `= ${bind('?', walk.keys[0])}` : `= ANY(${bind('?::text[]', walk.keys)})`;
  const where = [`walk.account = $1 AND walk.${walk.key} ${keys} ${walk.holds}`, ...conditions].join(' AND ');
  const n = walk.keys.length === 1 ? '*' : 'DISTINCT walk.call_id';
  const call = conditions.length === 0 ? '' : 'JOIN call_record AS c ON c.id = walk.call_id';
  return { text: `SELECT count(${n})::int AS n FROM ${walk.table} AS walk ${call} WHERE ${where}`, values };
}

/** Along which index rows are found, and what else must hold of them. */
function planOf({ account, participant, members, filter }: RowsWanted) {
  const values: unknown[] = [account];
  const bind = (sql: string, value: unknown): string => {
    const at = values.push(value);
    return sql.replaceAll('?', `$${at}`);
  };
  const { agentId, live, tags, allTags } = filter;
  const agents = [...(agentId ? [[agentId]] : []), ...(members ? [members] : [])];
  const walks = [
    ...(participant === null ? [] : [{ ...AGENT_WALK, keys: [participant], of: null }]),
    ...agents.map((keys) => ({ ...OWN_WALK, keys, of: keys })),
    ...(tags ? [{ ...TAG_WALK, keys: tags, of: 'tags' }] : []),
    ...(allTags?.[0] === undefined ? [] : [{ ...TAG_WALK, keys: [allTags[0]], of: null }]),
  ];
  const walk = walks[0] ?? null;
  const names = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter((name) => given(filter[name]) && name !== walk?.of);
  const conditions = [
    ...agents.filter((keys) => keys !== walk?.of).map((keys) => bind(OF_AGENTS, keys)),
    ...(given(live) ? [`c.outcome IS ${live ? '' : 'NOT '}NULL`] : []),
    ...names.map((name) => bind(CONDITIONS[name], filter[name])),
  ];
  return { bind, walk, conditions, values };
}

const given = <T>(value: Given<T>): value is T => value !== null && value !== undefined;
