import { ContactEntry, NumberEntry, TeamEntry, type DirectoryEvent, type DistributionStep, type PolicyEntry } from '@cordboard/contracts';
import { countryOf } from '@cordboard/phone-number';
import type { Sql } from '@cordboard/platform-database';
import type { RoutingDatabase } from '../database.store.ts';
import { columnsOf, knownAgent, type AgentRow, type KnownAgent } from './agent.row.ts';
import { policyOf, type AgentStore } from './agent.store.ts';
import { saveEntry } from './entry.store.ts';

/** A Number with all that a call to it is decided on, as of one moment. */
export interface Distribution {
  readonly number: NumberEntry;
  readonly policy: PolicyEntry;
  /** In the Number's own order; `agents`: the agent of the step, or the members of its team. */
  readonly steps: readonly { readonly step: DistributionStep; readonly agents: readonly KnownAgent[] }[];
}

type DistributionRow = Partial<AgentRow> & { readonly number: unknown; readonly policy: unknown; readonly nth: number | null };

const POLICY = `(SELECT body FROM directory_entry WHERE account = $1 AND kind = 'policy' AND id = $1)`;

/** What the directory told of agents, teams, Numbers, contacts and policy: a copy, so that calls are routed while the directory is away. */
export class DirectoryStore {
  constructor(
    private readonly database: RoutingDatabase,
    private readonly agents: AgentStore,
  ) {}

  async apply(sql: Sql, account: string, event: DirectoryEvent): Promise<void> {
    if (event.type === 'agent.saved') await this.agents.save(sql, account, event.agent);
    if (event.type === 'agent.deactivated') await this.agents.deactivate(sql, account, event.agentId);
    if (event.type === 'team.deleted') await this.agents.touchMembers(sql, account, event.teamId);
    await saveEntry(sql, account, event);
  }

  async policy(account: string): Promise<PolicyEntry> {
    return policyOf(await this.body(account, 'policy', account));
  }

  async team(account: string, id: string): Promise<TeamEntry | null> {
    return TeamEntry.nullable().parse(await this.body(account, 'team', id));
  }

  async number(account: string, id: string): Promise<NumberEntry | null> {
    return NumberEntry.nullable().parse(await this.body(account, 'number', id));
  }

  /** `numberId` as it is known now: a Number may have come after the contact. */
  async contact(account: string, id: string): Promise<ContactEntry | null> {
    const [row] = await this.database.query<{ body: object; number_id: string | null }>(
      `SELECT body, number_id FROM directory_entry WHERE account = $1 AND kind = 'contact' AND id = $2`,
      account,
      id,
    );
    return row ? ContactEntry.parse({ ...row.body, numberId: row.number_id }) : null;
  }

  /** The country that most of the account's Numbers are in, ISO 3166-1; null where it has none. */
  async homeCountry(account: string): Promise<string | null> {
    const rows = await this.database.query<{ e164: string }>(
      `SELECT e164 FROM directory_entry WHERE account = $1 AND kind = 'number' ORDER BY e164 LIMIT 1000`,
      account,
    );
    return countryOf(rows.map(({ e164 }) => e164));
  }

  /** Any Number of the account, always the same one; null where it has none. */
  async firstNumber(account: string): Promise<NumberEntry | null> {
    const [row] = await this.database.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'number' ORDER BY search, id LIMIT 1`,
      account,
    );
    return row ? NumberEntry.parse(row.body) : null;
  }

  /** The account's Number with this phone number. */
  async numberDialled(account: string, e164: string): Promise<NumberEntry | null> {
    const [row] = await this.database.query<{ body: unknown }>(
      `SELECT body FROM directory_entry WHERE account = $1 AND kind = 'number' AND e164 = $2`,
      account,
      e164,
    );
    return row ? NumberEntry.parse(row.body) : null;
  }

  async membersOf(account: string, teamId: string): Promise<readonly KnownAgent[]> {
    const rows = await this.database.query<AgentRow>(
      `SELECT ${columnsOf('a')} FROM team_member m JOIN agent a ON a.account = $1 AND a.id = m.agent_id AND a.active WHERE m.account = $1 AND m.team_id = $2 ORDER BY a.id`,
      account,
      teamId,
    );
    return rows.map(knownAgent);
  }

  /** A Number, the account's policy and everybody whom its steps may ring, in one round trip. Null: there is no such Number. */
  distributionOf(account: string, numberId: string): Promise<Distribution | null> {
    return this.distribution('n.id = $2', account, numberId);
  }

  /** The same for the Number with this phone number. */
  distributionDialled(account: string, e164: string): Promise<Distribution | null> {
    return this.distribution('n.e164 = $2', account, e164);
  }

  private async distribution(which: string, account: string, value: string): Promise<Distribution | null> {
    const rows = await this.database.query<DistributionRow>(
      `SELECT n.body AS number, ${POLICY} AS policy, s.nth::int AS nth, ${columnsOf('a')} FROM directory_entry n
         LEFT JOIN LATERAL jsonb_array_elements(n.body->'distribution') WITH ORDINALITY AS s(step, nth) ON true
         LEFT JOIN LATERAL (
           SELECT s.step->>'agentId' AS id WHERE s.step->>'agentId' IS NOT NULL
           UNION ALL SELECT agent_id FROM team_member WHERE account = $1 AND team_id = s.step->>'teamId'
         ) AS m ON true
         LEFT JOIN agent a ON a.account = $1 AND a.id = m.id AND a.active
       WHERE n.account = $1 AND n.kind = 'number' AND ${which} ORDER BY s.nth, a.id`,
      account,
      value,
    );
    const [first] = rows;
    if (!first) return null;
    const number = NumberEntry.parse(first.number);
    const of = (step: number): readonly KnownAgent[] =>
      rows.filter((row) => row.nth === step && row.id).map((row) => knownAgent(row as AgentRow));
    return { number, policy: policyOf(first.policy), steps: number.distribution.map((step, i) => ({ step, agents: of(i + 1) })) };
  }

  private async body(account: string, kind: string, id: string): Promise<unknown> {
    const [row] = await this.database.query<{ body: unknown }>(
      'SELECT body FROM directory_entry WHERE account = $1 AND kind = $2 AND id = $3',
      account,
      kind,
      id,
    );
    return row?.body ?? null;
  }
}
