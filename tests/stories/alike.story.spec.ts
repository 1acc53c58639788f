import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLER, MAIN, World, type AgentApp } from './people.ts';

/**
 * Subscriptions are executed once for everybody who is shown the same. Which fields their owners answer alike to everybody of an account
 * stands in the gateway's scope.ts: here the owners themselves are asked, by everybody.
 */
const SCOPE = readFileSync(join(import.meta.dirname, '../../apps/gateway/src/live/scope.ts'), 'utf8');
const ALIKE = new Map([...SCOPE.matchAll(/\['(\w+)', '([\w ]+)'\]/g)].map(([, type = '', fields = '']) => [type, fields.split(' ')]));
const OF: Readonly<Record<string, string>> = { presence: 'Presence', wrapUp: 'WrapUp', noDedicatedNumber: 'Refused' };
const THINGS = [
  'teams',
  'defaultNumber',
  'dedicatedNumber',
  'members',
  'availableMembers',
  'dedicatedAgent',
  'dedicatedTeam',
  'number',
  'line',
];
const selected = (type: string): string =>
  (ALIKE.get(type) ?? [])
    .map((field) =>
      OF[field]
        ? `${field} { ${selected(OF[field])} }`
        : THINGS.includes(field) && !(type === 'Contact' && field === 'number')
          ? `${field} { id }`
          : field,
    )
    .join(' ');

let world: World, apps: readonly AgentApp[];
beforeAll(async () => {
  world = await World.begin();
  const { alice, bob } = await world.people('alice', 'bob');
  apps = [alice, bob, await world.agent('sam'), await world.agent('ada')];
  const callerLeg = await world.call(CALLER, MAIN); // so that somebody is in wrap-up
  await alice.accept((await alice.rung('DIRECT')).id);
  await world.together(callerLeg, 'alice');
  await world.simulator('POST', `/legs/${callerLeg}/hangup`);
}, 120_000);
afterAll(() => world?.end());

it.each([
  ['Agent', 'agents { edges { node { $ } } }'],
  ['Team', 'teams { $ }'],
  ['Number', 'numbers { $ }'],
  ['Contact', 'contacts { edges { node { $ } } }'],
])('every field of %s that is said to be alike for all is', async (type, where) => {
  const query = `{ ${where.replace('$', selected(type))} }`;
  expect(selected(type)).toMatch(/^id /);
  const answers = await Promise.all(apps.map((app) => app.get(query)));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

it('and some that are not: what depends on who asks is not on the list', () => {
  expect(ALIKE.get('Agent')).not.toEqual(expect.arrayContaining(['currentCalls']));
  expect(ALIKE.get('Agent')).not.toEqual(expect.arrayContaining(['devices']));
  expect([...ALIKE.keys()]).not.toEqual(expect.arrayContaining(['Call']));
});
