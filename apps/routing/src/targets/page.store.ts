import { asSought } from '@cordboard/domain-transfer';
import type { ListedKind, PageOfTargets } from './target.store.ts';

const isSelective = (word: string): boolean => word.length > 1;
/** Greater than any id: after it, nothing of the same name is left. */
const LAST = '\u{10ffff}';

/**
 * The statement for one page: each kind's list from the cursor on, as long as the page and along an index of its own, merged into one
 * order (what is searched in, then kind and id), and only what is on the page looked up.
 */
export function pageOf(o: PageOfTargets, agentColumns: string): { readonly sql: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [o.account, o.askerId, o.limit];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const after = bind(o.after?.[0] ?? '');
  const patterns = o.words.map((word) => bind(`%${asSought(word)}%`));

  // a word of two letters or more is found by the index of words and what was found is put in order; one letter finds so much that the
  // order is followed until the page is full. `OFFSET 0` keeps PostgreSQL, who cannot know that names stand in order of name, to it.
  const fence = o.words.some(isSelective) ? 'OFFSET 0' : '';
  const list = (kind: ListedKind, from: string, where: readonly string[]): string =>
    `(SELECT '${kind}' AS kind, f.id, f.search FROM (SELECT e.id, e.search FROM ${from}
        WHERE e.account = $1 AND ${[...where, ...patterns.map((pattern) => `e.search LIKE ${pattern}`)].join(' AND ')}
          AND (e.search, e.id COLLATE "C") > (${after}, ${bind(beginOf(kind, o.after?.[1] ?? null))}) ${fence}) AS f
      ORDER BY f.search, f.id COLLATE "C" LIMIT $3)`;

  const lists = o.kinds.map((kind): string => {
    const isOf = `e.kind = '${kind}'`;
    switch (kind) {
      case 'agent':
        // along the index of those who can be chosen, or, where words are looked for, along theirs
        if (!o.includeUnavailable && fence === '') return list(kind, 'agent e', ['e.offerable', 'e.id <> $2']);
        return list(kind, 'directory_entry e JOIN agent a ON a.id = e.id', [
          isOf,
          'e.id <> $2',
          ...(o.includeUnavailable ? [] : ['a.offerable']),
        ]);
      case 'team':
        if (o.includeUnavailable) return list(kind, 'directory_entry e', [isOf]);
        if (o.free === null) return list(kind, 'directory_entry e', [isOf, somebodyIsFree('e')]);
        return list(kind, 'directory_entry e', [
          isOf,
          `e.id IN (SELECT team_id FROM team_member WHERE account = $1 AND agent_id = ANY(${bind(o.free)}) AND agent_id <> $2)`,
        ]);
      case 'number':
        return list(kind, 'directory_entry e', [isOf]);
      case 'contact': {
        if (o.includeUnavailable) return list(kind, 'directory_entry e', [isOf]);
        const dialled = `(e.number_id IS NOT NULL OR e.e164 <> ALL(${bind(o.blockedNumbers)}))`;
        if (o.leads === null) return list(kind, 'directory_entry e', [isOf, `e.leads_to <> 'NOWHERE'`, dialled]);
        const inOneCountry = list(kind, 'directory_entry e', [isOf, 'e.leads_to = l.leads_to', dialled]);
        return `(SELECT c.* FROM unnest(${bind(o.leads)}::text[]) AS l(leads_to) CROSS JOIN LATERAL ${inOneCountry} AS c)`;
      }
    }
  });

  return {
    values,
    sql: `WITH page AS MATERIALIZED (
        SELECT * FROM (${lists.join(' UNION ALL ')}) AS l ORDER BY l.search, (l.kind || '-' || l.id) COLLATE "C" LIMIT $3)
      SELECT p.kind AS target_kind, p.id AS target_id, p.search AS target_search, coalesce(a.name, t.name) AS target_name, t.e164, t.number_id,
        CASE p.kind WHEN 'team' THEN t.body->>'dedicatedNumberId' END AS teams_number_id,
        CASE p.kind WHEN 'team' THEN ${somebodyIsFree('p')} END AS somebody_is_free, ${agentColumns}
      FROM page p LEFT JOIN directory_entry t ON t.account = $1 AND t.kind = p.kind AND t.id = p.id
        LEFT JOIN agent a ON p.kind = 'agent' AND a.account = $1 AND a.id = p.id
      ORDER BY p.search, (p.kind || '-' || p.id) COLLATE "C"`,
  };
}

/** Looked up member by member until one is free: `OFFSET 0` keeps PostgreSQL from reading all members of all teams instead. */
const somebodyIsFree = (team: string): string =>
  `EXISTS (SELECT 1 FROM team_member m WHERE m.account = $1 AND m.team_id = ${team}.id AND m.agent_id <> $2
     AND EXISTS (SELECT 1 FROM agent f WHERE f.id = m.agent_id AND f.account = $1 AND f.offerable OFFSET 0) OFFSET 0)`;

/** The id after which a kind's list goes on among what has the cursor's name. */
function beginOf(kind: ListedKind, after: string | null): string {
  if (after === null) return '';
  if (after.startsWith(`${kind}-`)) return after.slice(kind.length + 1);
  return `${kind}-` < after ? LAST : '';
}
