import type { DueTimer } from '@cordboard/platform-database';
import type { OutboxRow } from '@cordboard/platform-messaging';
import { Memory } from './memory.ts';
import { nowhere } from './nowhere.store.ts';
import { AgentStore, columnsOf, ConversationStore, DirectoryStore, type AgentRow, type RoutingDatabase } from './routing.ts';
import type { Tables } from './process.ts';

const unused = nowhere();

export function memoryTables(): Tables {
  const memory = new Memory(unused);
  const { agents, directory } = memory;
  const timers = async (): Promise<readonly DueTimer[]> =>
    [...memory.timers.values()].map(({ id, subject, body }) => ({ id, subject, body }));
  const rows = async (): Promise<readonly AgentRow[]> => [...memory.rows.values()];
  return {
    conversations: memory,
    agents,
    directory,
    database: unused,
    sql: unused,
    timers,
    rows,
    begin: async () => undefined,
    outbox: async () => memory.outbox,
  };
}

/** Empty tables in PostgreSQL. */
export async function postgresTables(database: RoutingDatabase): Promise<Tables> {
  await database.query('TRUNCATE conversation, conversation_event, agent, directory_entry, team_member, idempotency, outbox, inbox, timer');
  const agents = new AgentStore(database);
  return {
    conversations: new ConversationStore(database),
    agents,
    directory: new DirectoryStore(database, agents),
    database,
    sql: database,
    timers: () => database.query<DueTimer>('SELECT id, subject, body FROM timer ORDER BY id'),
    rows: () => database.query<AgentRow>(`SELECT ${columnsOf('a')} FROM agent a`),
    outbox: () => database.query<Pick<OutboxRow, 'body'>>('SELECT body FROM outbox ORDER BY id'),
    begin: async (at) => void (await database.query('UPDATE agent SET idle_since = $1::timestamptz', at.toISOString())),
  };
}
