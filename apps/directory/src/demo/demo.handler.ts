import type { Database, Sql } from '@cordboard/platform-database';
import type { Outbox, OutboxRow } from '@cordboard/platform-messaging';
import { tellOfAgent } from '../agents/agent.messages.ts';
import { AgentStore } from '../agents/agent.store.ts';
import { tellOfContact } from '../contacts/contact.messages.ts';
import { ContactStore } from '../contacts/contact.store.ts';
import { tellOfNumber } from '../numbers/number.messages.ts';
import { NumberStore } from '../numbers/number.store.ts';
import { tellOfPolicy } from '../policy/policy.messages.ts';
import { savePolicy } from '../policy/policy.store.ts';
import { tellOfTeam } from '../teams/team.messages.ts';
import { TeamStore } from '../teams/team.store.ts';
import { demoAccount } from './demo.account.ts';
import { isEmptyAndOurs } from './demo.store.ts';

/** Makes the demo account where it has no agents yet: all of it or none, once, however many replicas start. */
export async function seedDemo(database: Database, outbox: Outbox): Promise<void> {
  const told = await database.transaction(async (tx) => {
    return (await isEmptyAndOurs(tx, demoAccount.account)) ? write(tx, outbox) : [];
  });
  await outbox.publish(told);
}

/** Rows first, for they point at one another; then what is told of each. */
async function write(tx: Sql, outbox: Outbox): Promise<OutboxRow[]> {
  const { account } = demoAccount;
  const [agents, teams, numbers, contacts] = [new AgentStore(tx), new TeamStore(tx), new NumberStore(tx), new ContactStore(tx)];
  for (const agent of demoAccount.agents) await agents.save({ account, ...agent });
  for (const team of demoAccount.teams) await teams.save({ account, ...team });
  for (const number of demoAccount.numbers) await numbers.save({ account, ...number });

  const told = [await tellOfPolicy(tx, outbox, account, await savePolicy(tx, account, demoAccount.policy))];
  for (const { id } of demoAccount.agents) told.push(await tellOfAgent(tx, agents, outbox, id));
  for (const { id } of demoAccount.teams) told.push(await tellOfTeam(tx, teams, outbox, id));
  for (const { id } of demoAccount.numbers) told.push(await tellOfNumber(tx, numbers, outbox, id));
  for (const contact of demoAccount.contacts) told.push(await tellOfContact(tx, outbox, contact, (await contacts.save(tx, contact)).seq));
  return told;
}
