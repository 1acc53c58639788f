import { isRefusal } from '@cordboard/decider';
import { teams as teamRules, type Team } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { given, type Administration, type Outcome } from '../administration/administration.handler.ts';
import { AgentStore } from '../agents/agent.store.ts';
import { tellOfTeam } from './team.messages.ts';
import { TeamStore, type TeamRow } from './team.store.ts';

/** What is wanted of a team; what is undefined stays as it is. */
export interface TeamChanges {
  readonly name?: string | undefined;
  readonly memberIds?: readonly string[] | undefined;
}

/** Makes and changes teams. */
export class TeamHandler {
  constructor(
    private readonly administration: Administration,
    private readonly outbox: Outbox,
  ) {}

  create(team: Team): Promise<Outcome<TeamRow>> {
    return this.administration.change((tx) => this.save(tx, null, team));
  }

  update(account: string, id: string, changes: TeamChanges): Promise<Outcome<TeamRow>> {
    return this.administration.change(async (tx) => {
      const [before] = await new TeamStore(tx).byIds(account, [id]);
      return before ? this.save(tx, before, { ...before, ...given(changes) }) : [{ missing: 'team' }];
    });
  }

  private async save(tx: Sql, before: TeamRow | null, team: Team): Promise<[Outcome<TeamRow>, ...OutboxRow[]]> {
    const [teams, agents] = [new TeamStore(tx), new AgentStore(tx)];
    const members = new Set(team.memberIds);
    if ((await agents.byIds(team.account, [...members])).length < members.size) return [{ missing: 'agent' }];
    const outcome = teamRules.decide(before, { team, idIsTaken: before === null && (await teams.has(team.id)) });
    if (isRefusal(outcome)) return [outcome];
    const told: OutboxRow[] = [];
    for (const { team: wanted } of outcome) {
      await teams.save(wanted);
      told.push(await tellOfTeam(tx, teams, this.outbox, wanted.id));
    }
    const [after] = await teams.byIds(team.account, [team.id]);
    return [after ?? { missing: 'team' }, ...told];
  }
}
