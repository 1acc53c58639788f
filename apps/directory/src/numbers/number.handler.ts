import { isRefusal } from '@cordboard/decider';
import type { MessageFile, MessageFiles, MessageKind } from '@cordboard/contracts';
import { lines, type Line } from '@cordboard/domain-directory';
import type { Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { isPhoneNumber } from '@cordboard/phone-number';
import { given, type Administration, type Missing, type Outcome } from '../administration/administration.handler.ts';
import { tellOfAgent } from '../agents/agent.messages.ts';
import { AgentStore, isActive } from '../agents/agent.store.ts';
import { tellOfContacts } from '../contacts/contact.messages.ts';
import { ContactStore } from '../contacts/contact.store.ts';
import { isThere } from '../removal/is-there.ts';
import type { RemovalHandler } from '../removal/removal.handler.ts';
import { tellOfTeam } from '../teams/team.messages.ts';
import { TeamStore } from '../teams/team.store.ts';
import { isTimeZone } from '../time-zone.ts';
import { tellOfNoNumber, tellOfNumber } from './number.messages.ts';
import { NumberStore, type NumberRow } from './number.store.ts';

/** What is wanted of a Number; what is undefined stays as it is. */
export type NumberChanges = { readonly [Key in keyof Omit<Line, 'id' | 'account' | 'e164'>]?: Line[Key] | undefined };

/** Makes, changes and deletes Numbers. */
export class NumberHandler {
  constructor(
    private readonly administration: Administration,
    private readonly outbox: Outbox,
    private readonly removal: RemovalHandler,
  ) {}

  create(line: Line): Promise<Outcome<NumberRow>> {
    return this.administration.change((tx) => this.save(tx, null, line));
  }

  /** A holder that is given takes the place of the one of the other kind, and a text that of the file that was played instead. */
  update(account: string, id: string, changes: NumberChanges): Promise<Outcome<NumberRow>> {
    return this.administration.change(async (tx) => {
      const [before] = await new NumberStore(tx).byIds(account, [id]);
      if (!before || !isThere(before)) return [{ missing: 'Number' }];
      const other = {
        files: filesBeside(before.files, changes),
        ...(changes.dedicatedAgentId ? { dedicatedTeamId: null } : {}),
        ...(changes.dedicatedTeamId ? { dedicatedAgentId: null } : {}),
      };
      return this.save(tx, before, { ...before, ...other, ...given(changes) });
    });
  }

  /** Its calls are those of a number that is none of the account's; it is listed nowhere and keeps its label. */
  delete(account: string, id: string): Promise<Outcome<NumberRow>> {
    return this.administration.change<NumberRow>(async (tx) => {
      const numbers = new NumberStore(tx);
      const [before] = await numbers.byIds(account, [id]);
      if (!before) return [{ missing: 'Number' }];
      if (!isThere(before)) return [before];
      const dedicated = await holderOf(tx, before);
      const outcome = await this.removal.decide(tx, { account, kind: 'NUMBER', id, name: before.label, dedicated, isOneself: false });
      if (isRefusal(outcome)) return [outcome];
      await numbers.delete(id);
      const told = [await tellOfNoNumber(tx, numbers, this.outbox, id), ...(await this.tellWhoHadIt(tx, before))];
      const [after] = await numbers.byIds(account, [id]);
      return [after ?? before, ...told];
    });
  }

  /** Contacts that stood for the Number, and those whose default it was. */
  private async tellWhoHadIt(tx: Sql, { account, id }: NumberRow): Promise<OutboxRow[]> {
    const agents = new AgentStore(tx);
    const told = await tellOfContacts(tx, this.outbox, await new ContactStore(tx).standForNone(tx, account, id));
    for (const agent of await agents.forgetDefault(account, id)) told.push(await tellOfAgent(tx, agents, this.outbox, agent.id));
    return told;
  }

  /** @param file null: the text, or what is usual, is heard again */
  setFile(account: string, id: string, kind: MessageKind, file: MessageFile | null): Promise<Outcome<NumberRow>> {
    return this.administration.change(async (tx) => {
      const [before] = await new NumberStore(tx).byIds(account, [id]);
      if (!before || !isThere(before)) return [{ missing: 'Number' }];
      return this.save(tx, before, { ...before, files: { ...before.files, [kind]: file } });
    });
  }

  private async save(tx: Sql, before: NumberRow | null, line: Line): Promise<[Outcome<NumberRow>, ...OutboxRow[]]> {
    const numbers = new NumberStore(tx);
    const missing = await missingIn(tx, line);
    if (missing) return [missing];
    const outcome = lines.decide(before, {
      line,
      ...(await numbers.taken(line)),
      numberIsValid: isPhoneNumber(line.e164),
      timeZoneIsKnown: line.openingHours === null || isTimeZone(line.openingHours.timeZone),
    });
    if (isRefusal(outcome)) return [outcome];
    const told: OutboxRow[] = [];
    for (const { line: wanted } of outcome) {
      await numbers.save(wanted);
      told.push(await tellOfNumber(tx, numbers, this.outbox, wanted.id), ...(await this.tellHolders(tx, before, wanted)));
      if (before === null) told.push(...(await this.tellContacts(tx, wanted)));
    }
    const [after] = await numbers.byIds(line.account, [line.id]);
    return [after ?? { missing: 'Number' }, ...told];
  }

  /** Whoever had the Number for their own, and whoever has it now, where these are not the same. */
  private async tellHolders(tx: Sql, before: NumberRow | null, line: Line): Promise<OutboxRow[]> {
    const [agents, teams, told] = [new AgentStore(tx), new TeamStore(tx), [] as OutboxRow[]];
    for (const id of changed(before?.dedicatedAgentId, line.dedicatedAgentId)) told.push(await tellOfAgent(tx, agents, this.outbox, id));
    for (const id of changed(before?.dedicatedTeamId, line.dedicatedTeamId)) told.push(await tellOfTeam(tx, teams, this.outbox, id));
    return told;
  }

  /** Contacts that had the phone number before it became the account's own. */
  private async tellContacts(tx: Sql, { id, account, e164 }: Line): Promise<OutboxRow[]> {
    return tellOfContacts(tx, this.outbox, await new ContactStore(tx).standFor(tx, account, e164, id));
  }
}

/** The files that are still played beside the texts that are given. */
const filesBeside = (files: MessageFiles, { greeting, voicemailMessage, unavailabilityMessage }: NumberChanges): MessageFiles => ({
  ...files,
  ...(greeting === undefined ? {} : { greeting: null }),
  ...(voicemailMessage === undefined ? {} : { voicemail: null }),
  ...(unavailabilityMessage === undefined ? {} : { unavailable: null }),
});

const changed = (before: string | null | undefined, after: string | null): string[] =>
  (before ?? null) === after ? [] : [before, after].filter((id) => id !== null && id !== undefined);

/** The name of whom a Number is dedicated to; null: nobody. */
async function holderOf(tx: Sql, { account, dedicatedAgentId, dedicatedTeamId }: NumberRow): Promise<string | null> {
  const [agent] = dedicatedAgentId === null ? [] : await new AgentStore(tx).byIds(account, [dedicatedAgentId]);
  const [team] = dedicatedTeamId === null ? [] : await new TeamStore(tx).byIds(account, [dedicatedTeamId]);
  return agent?.name ?? team?.name ?? null;
}

async function missingIn(tx: Sql, { account, distribution, dedicatedAgentId, dedicatedTeamId }: Line): Promise<Missing | null> {
  const idsOf = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))];
  const agentIds = idsOf([dedicatedAgentId, ...distribution.map((step) => step.agentId)]);
  const teamIds = idsOf([dedicatedTeamId, ...distribution.map((step) => step.teamId)]);
  const [agents, teams] = [await new AgentStore(tx).byIds(account, agentIds), await new TeamStore(tx).byIds(account, teamIds)];
  if (agents.filter(isActive).length < agentIds.length) return { missing: 'agent' };
  return teams.filter(isThere).length < teamIds.length ? { missing: 'team' } : null;
}
