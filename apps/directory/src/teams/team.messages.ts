import type { DirectoryEvent } from '@cordboard/contracts';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import type { TeamStore } from './team.store.ts';

/** Tells, in the transaction that deleted it, that the team is no more. */
export async function tellOfNoTeam(tx: Sql, teams: TeamStore, outbox: Outbox, id: string): Promise<OutboxRow> {
  const { seq, account } = await teams.next(tx, id);
  return outbox.add<DirectoryEvent>(tx, { account, key: `team-${id}`, from: seq, seq, events: [{ type: 'team.deleted', teamId: id }] });
}

/** Tells, in the transaction that saved the team, what it is now. */
export async function tellOfTeam(tx: Sql, teams: TeamStore, outbox: Outbox, id: string): Promise<OutboxRow> {
  const { seq, account, name, memberIds, dedicatedNumberId } = await teams.next(tx, id);
  const saved: DirectoryEvent = { type: 'team.saved', team: { id, name, memberIds, dedicatedNumberId } };
  return outbox.add<DirectoryEvent>(tx, { account, key: `team-${id}`, from: seq, seq, events: [saved] });
}
