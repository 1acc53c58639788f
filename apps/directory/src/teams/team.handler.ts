import { isRefusal } from '@cordboard/decider';
import { teams as teamRules, type Team } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { given, type Administration, type Outcome } from '../administration/administration.handler.ts';
import { AgentStore, isActive } from '../agents/agent.store.ts';
import { NumberStore } from '../numbers/number.store.ts';
import { isThere } from '../removal/is-there.ts';
import type { RemovalHandler } from '../removal/removal.handler.ts';
import { tellOfNoTeam, tellOfTeam } from './team.messages.ts';
import { TeamStore, type TeamRow } from './team.store.ts';

/** What is wanted of a team; what is undefined stays as it is. */
export interface TeamChanges {
  readonly name?: string | undefined;
  readonly memberIds?: readonly string[] | undefined;
}

/** Makes, changes and deletes teams. */
export class TeamHandler {
  constructor(
    private readonly administration: Administration,
    private readonly outbox: Outbox,
    private readonly removal: RemovalHandler,
  ) {}

  create(team: Team): Promise<Outcome<TeamRow>> {
    return this.administration.change((tx) => this.save(tx, null, team));
  }

  /** Members who are deactivated stay: nobody sees them, so nobody means to leave them out. */
  update(account: string, id: string, { name, memberIds }: TeamChanges): Promise<Outcome<TeamRow>> {
    return this.administration.change(async (tx) => {
      const [before] = await new TeamStore(tx).byIds(account, [id]);
      if (!before || !isThere(before)) return [{ missing: 'team' }];
      const members = await new AgentStore(tx).byIds(account, before.memberIds);
      const away = members.filter((agent) => !isActive(agent)).map((agent) => agent.id);
      return this.save(tx, before, { ...before, ...given({ name, memberIds: memberIds && [...memberIds, ...away] }) });
    });
  }

  /** It rings nobody, is listed nowhere and keeps its name. */
  delete(account: string, id: string): Promise<Outcome<TeamRow>> {
    return this.administration.change<TeamRow>(async (tx) => {
      const teams = new TeamStore(tx);
      const [before] = await teams.byIds(account, [id]);
      if (!before) return [{ missing: 'team' }];
      if (!isThere(before)) return [before];
      const dedicated = await new NumberStore(tx).labelOf(account, before.dedicatedNumberId);
      const outcome = await this.removal.decide(tx, { account, kind: 'TEAM', id, name: before.name, dedicated, isOneself: false });
      if (isRefusal(outcome)) return [outcome];
      await teams.delete(id);
      const told = await tellOfNoTeam(tx, teams, this.outbox, id);
      const [after] = await teams.byIds(account, [id]);
      return [after ?? before, told];
    });
  }

  private async save(tx: Sql, before: TeamRow | null, team: Team): Promise<[Outcome<TeamRow>, ...OutboxRow[]]> {
    const [teams, agents] = [new TeamStore(tx), new AgentStore(tx)];
    const members = new Set(team.memberIds);
    const known = (await agents.byIds(team.account, [...members])).filter(
      (agent) => isActive(agent) || before?.memberIds.includes(agent.id),
    );
    if (known.length < members.size) return [{ missing: 'agent' }];
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
