import { asSought, isBeginning } from '@cordboard/domain-transfer';
import type { ListedKind, PageOfTargets } from './target.store.ts';

/** The letters of a word that word_beginning knows it by. */
const KNOWN_BY = 3;
/** Greater than any id: after it, nothing of the same name is left. */
const LAST = '\u{10ffff}';

/**
 * The statement for one page: each kind's list from the cursor on, as long as the page and along an index of its own, merged into one
 * order (what is searched in, then kind and id), and only what is on the page looked up. Where words are looked for, the index is that
 * of the beginning of the longest.
 */
export function pageOf(o: PageOfTargets, agentColumns: string): { readonly sql: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [o.account, o.askerId, o.limit];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const after = bind(o.after?.[0] ?? '');
  const patterns = o.words.map((word) => bind(`%${asSought(word)}%`));

  const [longest] = o.words.filter(isBeginning).toSorted((a, b) => b.length - a.length);
  const begins = longest === undefined ? null : bind([...longest].slice(0, KNOWN_BY).join(''));
  // digits alone are found anywhere in a number, by an index that knows no order; `OFFSET 0` keeps PostgreSQL, who cannot know how few
  // they find, to it
  const fence = begins === null && o.words.length > 0 ? 'OFFSET 0' : '';
  const list = (kind: ListedKind, from: string, where: readonly string[]): string =>
    `(SELECT '${kind}' AS kind, f.id, f.search FROM (SELECT e.id, e.search FROM ${from}
        WHERE e.account = $1 AND ${[...where, ...patterns.map((pattern) => `e.search LIKE ${pattern}`)].join(' AND ')}
          AND (e.search, e.id COLLATE "C") > (${after}, ${bind(beginOf(kind, o.after?.[1] ?? null))}) ${fence}) AS f
      ORDER BY f.search, f.id COLLATE "C" LIMIT $3)`;

  const isDialled = (contact: string): string =>
    `(${contact}.number_id IS NOT NULL OR ${contact}.e164 <> ALL(${bind(o.blockedNumbers)}))`;
  const lists = o.kinds.map((kind): string => {
    const isOf = `e.kind = '${kind}'${begins === null ? '' : ` AND e.start = ${begins}`}`;
    const entries = begins === null ? 'directory_entry e' : 'word_beginning e';
    switch (kind) {
      case 'agent':
        // along the index of those who can be chosen, or, where words are looked for, along theirs
        if (!o.includeUnavailable && o.words.length === 0) return list(kind, 'agent e', ['e.offerable', 'e.id <> $2']);
        return list(kind, `${entries} JOIN agent a ON a.id = e.id`, [
          isOf,
          'e.id <> $2',
          ...(o.includeUnavailable ? [] : ['a.offerable']),
        ]);
      case 'team':
        if (o.includeUnavailable) return list(kind, entries, [isOf]);
        if (o.free === null) return list(kind, entries, [isOf, somebodyIsFree('e')]);
        return list(kind, entries, [
          isOf,
          `e.id IN (SELECT team_id FROM team_member WHERE account = $1 AND agent_id = ANY(${bind(o.free)}) AND agent_id <> $2)`,
        ]);
      case 'number':
        return list(kind, entries, [isOf]);
      case 'contact': {
        if (o.includeUnavailable) return list(kind, entries, [isOf]);
        if (begins !== null)
          return list(kind, `${entries} JOIN directory_entry c ON c.account = e.account AND c.kind = e.kind AND c.id = e.id`, [
            isOf,
            o.leads === null ? `e.leads_to <> 'NOWHERE'` : `e.leads_to = ANY(${bind(o.leads)})`,
            isDialled('c'),
          ]);
        if (o.leads === null) return list(kind, entries, [isOf, `e.leads_to <> 'NOWHERE'`, isDialled('e')]);
        const inOneCountry = list(kind, entries, [isOf, 'e.leads_to = l.leads_to', isDialled('e')]);
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
