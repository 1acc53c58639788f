import pg from 'pg';
import { eventually } from './eventually.ts';

/** An agent of a test's own, and the Number that rings them alone. */
export interface Hired {
  readonly id: string;
  readonly e164: string;
}

/**
 * Adds agents to the demo account, each behind a Number, and tells of them as the directory tells of its own: rows and outbox in one
 * transaction, which its sweeper publishes. Resolves once routing and presence know them all.
 * @param team the id of a new team that the first of them are in, and how many
 */
export async function hire(databaseUrl: string, many: number, team?: { id: string; members: number }): Promise<readonly Hired[]> {
  const hired = Array.from({ length: many }, (_, i): Hired => ({ id: `agent-${i}`, e164: `+3318800${String(1_000 + i)}` }));
  const all = (n: number): boolean => n === many;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN; SET LOCAL search_path = directory');
    for (const { id, e164 } of hired) {
      const [extension, numberId] = [`9${id.slice(6)}`, `number-of-${id}`];
      const distribution = [{ agentId: id, teamId: null, how: 'ALL_AT_ONCE', ringSeconds: null }];
      const agent = {
        id,
        name: id,
        extension,
        role: 'AGENT',
        defaultNumberId: null,
        dedicatedNumberId: null,
        forwarding: null,
        mayDialOut: true,
      };
      const number = { id: numberId, label: id, e164, distribution, dedicatedAgentId: null, dedicatedTeamId: null, voicemail: false };
      await client.query(
        `INSERT INTO agent (id, account, name, extension, role, search, seq) VALUES ($1, 'demo', $1, $2, 'AGENT', $1, 1)`,
        [id, extension],
      );
      await client.query(
        `INSERT INTO number (id, account, label, e164, voicemail, distribution, seq) VALUES ($1, 'demo', $2, $3, false, $4, 1)`,
        [numberId, id, e164, JSON.stringify(distribution)],
      );
      await tell(client, `agent-${id}`, { type: 'agent.saved', agent });
      await tell(client, `number-${numberId}`, { type: 'number.saved', number: { ...number, unavailabilityMessage: null } });
    }
    if (team) {
      const memberIds = hired.slice(0, team.members).map(({ id }) => id);
      await client.query(`INSERT INTO team (id, account, name, seq) VALUES ($1, 'demo', $1, 1)`, [team.id]);
      await client.query('INSERT INTO team_member (team_id, agent_id) SELECT $1, unnest($2::text[])', [team.id, memberIds]);
      await tell(client, `team-${team.id}`, {
        type: 'team.saved',
        team: { id: team.id, name: team.id, memberIds, dedicatedNumberId: null },
      });
    }
    await client.query('COMMIT');
    const known = async (sql: string) => Number((await client.query<{ n: string }>(sql, [hired.map(({ id }) => id)])).rows[0]?.n);
    await eventually(() => known('SELECT count(*) AS n FROM presence.agent WHERE id = ANY($1)'), all, 30_000);
    await eventually(
      () => known(`SELECT count(*) AS n FROM routing.directory_entry WHERE kind = 'number' AND name = ANY($1)`),
      all,
      30_000,
    );
    if (team)
      await eventually(
        async () => (await client.query(`SELECT FROM routing.directory_entry WHERE kind = 'team' AND id = $1`, [team.id])).rowCount,
        Boolean,
        30_000,
      );
  } finally {
    await client.end();
  }
  return hired;
}

async function tell(client: pg.Client, key: string, event: object): Promise<void> {
  const envelope = { source: 'directory', account: 'demo', key, from: 1, seq: 1, at: new Date().toISOString(), events: [event] };
  await client.query('INSERT INTO outbox (key, seq, subject, body) VALUES ($1, 1, $2, $3)', [
    key,
    `cordboard.directory.demo.${key}`,
    JSON.stringify(envelope),
  ]);
}
