import type { PolicyEntry } from '@cordboard/contracts';
import { columnsOf, knownAgent, type AgentRow, type KnownAgent } from '../agents/agent.row.ts';
import { policyOf } from '../agents/agent.store.ts';
import type { RoutingDatabase } from '../database.store.ts';
import { pageOf } from './page.store.ts';

/** What is kept of, and listed together in one order. */
export type ListedKind = 'agent' | 'team' | 'number' | 'contact';

export interface PageOfTargets {
  readonly account: string;
  /** Who asks: nobody transfers to themselves. */
  readonly askerId: string;
  readonly words: readonly string[];
  readonly kinds: readonly ListedKind[];
  readonly includeUnavailable: boolean;
  /** Where a contact may lead so that it can be chosen: NUMBER and countries. Null: anywhere. */
  readonly leads: readonly string[] | null;
  readonly blockedNumbers: readonly string[];
  /** All who may be rung with a transfer, where they are few; null: they are many. */
  readonly free: readonly string[] | null;
  /** The place in the list after which the page begins. */
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

/** One of the account's agents, teams, Numbers and contacts. */
export interface TargetRow {
  readonly kind: ListedKind;
  readonly id: string;
  readonly name: string;
  readonly place: readonly [string, string];
  readonly e164: string | null;
  /** The Number that a contact stands for. */
  readonly numberId: string | null;
  readonly dedicatedNumberId: string | null;
  readonly agent: KnownAgent | null;
  /** Of a team: whether a member, other than who asks, may be rung. */
  readonly somebodyIsFree: boolean;
}

/** What decides for who asks which outside numbers may be dialled, and of which country numbers without one are. */
export interface AskerFacts {
  readonly policy: PolicyEntry;
  readonly mayDialOut: boolean;
  /** A Number of the account: the asked call's, else the asker's default, else any. E.164. */
  readonly homeNumber: string | null;
  /** All in the account who may be rung with a transfer, where they are few; null: they are many. */
  readonly free: readonly string[] | null;
}

/** How an agent or a team can be reached through the Number of their own. */
export interface DirectWay {
  readonly numberId: string;
  readonly voicemail: boolean;
  /** The name of a contact that stands for it. */
  readonly contact: string | null;
}

type Row = Partial<AgentRow> & {
  readonly target_kind: ListedKind;
  readonly target_id: string;
  readonly target_search: string;
  readonly target_name: string | null;
  readonly e164: string | null;
  readonly number_id: string | null;
  readonly teams_number_id: string | null;
  readonly somebody_is_free: boolean | null;
};

/** Up to so many free agents, teams are found by them; more of them, and nearly every team has one. */
const FEW = 100;

/** Targets, page by page, at a cost that follows the page and not the account: every list is read along an index, from the cursor on. */
export class TargetStore {
  constructor(private readonly database: RoutingDatabase) {}

  async page(o: PageOfTargets): Promise<readonly TargetRow[]> {
    if (o.kinds.length === 0) return [];
    const { sql, values } = pageOf(o, columnsOf('a'));
    const rows = await this.database.query<Row>(sql, ...values);
    return rows.map((row) => ({
      kind: row.target_kind,
      id: row.target_id,
      name: row.target_name ?? row.target_id,
      place: [row.target_search, `${row.target_kind}-${row.target_id}`],
      e164: row.e164,
      numberId: row.number_id,
      dedicatedNumberId: row.dedicated_number_id ?? row.teams_number_id,
      agent: row.id ? knownAgent(row as AgentRow) : null,
      somebodyIsFree: row.somebody_is_free ?? false,
    }));
  }

  async facts(account: string, askerId: string, lineId: string | null): Promise<AskerFacts> {
    const [row] = await this.database.query<{ policy: unknown; may_dial_out: boolean | null; home_number: string | null; free: string[] }>(
      `SELECT (SELECT body FROM directory_entry WHERE account = $1 AND kind = 'policy' AND id = $1) AS policy, a.may_dial_out,
         coalesce((SELECT e164 FROM directory_entry WHERE account = $1 AND kind = 'number' AND id = $3),
                  (SELECT e164 FROM directory_entry WHERE account = $1 AND kind = 'number' AND id = a.default_number_id),
                  (SELECT e164 FROM directory_entry WHERE account = $1 AND kind = 'number' ORDER BY search LIMIT 1)) AS home_number,
         ARRAY(SELECT id FROM agent WHERE account = $1 AND offerable LIMIT ${FEW + 1}) AS free
       FROM (SELECT 1) AS one LEFT JOIN agent a ON a.account = $1 AND a.id = $2`,
      account,
      askerId,
      lineId,
    );
    return {
      policy: policyOf(row?.policy),
      mayDialOut: row?.may_dial_out ?? false,
      homeNumber: row?.home_number ?? null,
      free: row && row.free.length <= FEW ? row.free : null,
    };
  }

  async directWays(account: string, numberIds: readonly string[]): Promise<readonly DirectWay[]> {
    if (numberIds.length === 0) return [];
    return this.database.query<DirectWay>(
      `SELECT n.id AS "numberId", (n.body->>'voicemail')::boolean AS voicemail,
         (SELECT c.name FROM directory_entry c WHERE c.account = $1 AND c.kind = 'contact' AND c.number_id = n.id ORDER BY c.search, c.id LIMIT 1) AS contact
       FROM directory_entry n WHERE n.account = $1 AND n.kind = 'number' AND n.id = ANY($2)`,
      account,
      numberIds,
    );
  }
}
