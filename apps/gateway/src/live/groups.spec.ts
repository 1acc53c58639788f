import { Federation, type Question } from '@cordboard/platform-federation';
import { eventually } from '@cordboard/testing';
import { parse } from 'graphql';
import eventsSdl from '../events.graphql';
import supergraphSdl from '../supergraph.graphql';
import type { Sink } from '../sockets/port.ts';
import { readFollows } from './follows.ts';
import { Groups } from './groups.ts';
import { Followed, type Topic } from './topic.ts';
import { alice, presence } from './topics.running.ts';

const CHANGE = '... on PresenceChanged { agent { id name presence { version } } cursor }';

/** Subscriptions over one topic that a test feeds, and one owner, the directory, that answers when it is told to. */
class Watching {
  readonly asked: { readonly question: Question<never>; answer(names?: Readonly<Record<string, string>>): void; fail(): void }[] = [];
  /** How often the topic was opened, and left. */
  held = 0;
  left = 0;
  private readonly followed = new Followed();
  private readonly federation = new Federation<never>({
    supergraphSdl,
    eventsSdl,
    ask: (question) =>
      new Promise((resolve, reject) => {
        const of = question.variables['representations'] as readonly { id: string }[] | undefined;
        this.asked.push({
          question,
          answer: (names = {}) => resolve({ data: { _entities: of?.map(({ id }) => ({ name: names[id] ?? id.toUpperCase() })) } }),
          fail: () => reject(new Error('away')),
        });
      }),
  });
  private readonly topic: Topic = { follow: this.followed.follow, read: async () => ({ moments: [], upTo: this.followed.last }) };
  readonly groups = new Groups(
    this.federation as never,
    { hold: async () => ((this.held += 1), { thing: this.topic, leave: () => (this.left += 1) }) } as never,
    readFollows(eventsSdl),
  );
  async reader(query = `subscription { presence { ${CHANGE} } }`, variables = {}) {
    const told: string[] = [];
    const sink: Sink = {
      next: (json) => told.push(json.toString()),
      error: (errors) => told.push(JSON.stringify(errors)),
      complete: () => told.push('complete'),
    };
    const sender = { identity: alice, language: 'en' as const };
    const leave = await this.groups.join(
      { operation: await this.federation.prepare(parse(query)), variables, left: () => false },
      sender,
      sink,
    );
    return { told, leave };
  }

  becomes(id: string, version: number): void {
    const agent = { __typename: 'Agent', id, presence: { __typename: 'Presence', ...presence(version) } };
    this.followed.tell({ event: () => ({ __typename: 'PresenceChanged', agent, cursor: `c${version}` }) });
  }
  async question(n: number) {
    await eventually(() => this.asked.length > n);
    const asked = this.asked[n];
    if (!asked) throw new Error('nothing was asked');
    return asked;
  }
}
const namesIn = (told: readonly string[]) =>
  told.map((text) => (JSON.parse(text) as { data?: { presence: { agent: { name: string } } } }).data?.presence.agent.name ?? text);

let watching: Watching;
beforeEach(() => (watching = new Watching()));

it('the first subscriber leaves while a result of all is being made: the others are told it all the same', async () => {
  const [first, second] = [await watching.reader(), await watching.reader()];
  watching.becomes('bob', 1);
  const { answer } = await watching.question(0);
  first.leave();
  answer();
  await eventually(() => second.told.length === 1);
  expect([namesIn(second.told), first.told, watching.asked.length]).toEqual([['BOB'], [], 1]);
});

it('what is made first is told last where it came last: results are made beside each other and told in order', async () => {
  const reader = await watching.reader();
  watching.becomes('bob', 1);
  watching.becomes('carol', 1);
  const [bob, carol] = [await watching.question(0), await watching.question(1)];
  carol.answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(reader.told).toEqual([]);
  bob.answer();
  await eventually(() => reader.told.length === 2);
  expect(namesIn(reader.told)).toEqual(['BOB', 'CAROL']);
});

it('whoever joins while a result is being made is told what comes after', async () => {
  const first = await watching.reader();
  watching.becomes('bob', 1);
  const bob = await watching.question(0);
  const late = await watching.reader();
  watching.becomes('carol', 2);
  const carol = await watching.question(1);
  for (const { answer } of [bob, carol]) answer();
  await eventually(() => late.told.length > 0 && first.told.length === 2);
  expect([namesIn(first.told), namesIn(late.told)]).toEqual([['BOB', 'CAROL'], ['CAROL']]);
});

it('the last one leaves: nothing is followed any more, and what was being made is told to nobody', async () => {
  const [first, second] = [await watching.reader(), await watching.reader()];
  watching.becomes('bob', 1);
  const { answer } = await watching.question(0);
  first.leave();
  expect([watching.held, watching.left]).toEqual([1, 0]);
  second.leave();
  await eventually(() => watching.left === 1);
  answer();
  watching.becomes('carol', 2);
  await new Promise((resolve) => setImmediate(resolve));
  expect([first.told, second.told, watching.asked.length]).toEqual([[], [], 1]);
});

it('an owner that is away costs its own fields of that event, said where; the next one is whole again', async () => {
  const reader = await watching.reader();
  watching.becomes('bob', 1);
  (await watching.question(0)).fail();
  await eventually(() => reader.told.length === 1);
  const [result] = reader.told.map((text) => JSON.parse(text) as { errors: { path: string[]; extensions: { code: string } }[] });
  expect(result?.errors).toMatchObject([{ path: ['presence', 'agent'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  watching.becomes('bob', 2);
  (await watching.question(1)).answer();
  await eventually(() => reader.told.length === 2);
  expect(namesIn(reader.told.slice(1))).toEqual(['BOB']);
});

describe('a field of Subscription that stands in a fragment', () => {
  it.each([
    ['a named one', 'subscription { ...F }', 'fragment F on Subscription { presence { CHANGE } }'],
    ['one in place', 'subscription { ... on Subscription { presence { CHANGE } } }', ''],
    ['one without a type', 'subscription { ... { presence { CHANGE } } }', ''],
    [
      'one in another',
      'subscription { ... { ...F } }',
      'fragment F on Subscription { ... { ...G } } fragment G on Subscription { presence { CHANGE } }',
    ],
    [
      'two that ask for parts of it',
      'subscription { ...F ...G }',
      'fragment F on Subscription { presence { ... on PresenceChanged { agent { id name } } } } fragment G on Subscription { presence { CHANGE } }',
    ],
    [
      'one with conditions inside',
      'subscription($yes: Boolean!) { ...F }',
      'fragment F on Subscription { presence { CHANGE ... @skip(if: $yes) { __typename } } }',
    ],
  ])('is followed as without: %s', async (_, operation, fragments) => {
    const reader = await watching.reader(`${operation} ${fragments}`.replace('CHANGE', CHANGE), { yes: true });
    watching.becomes('bob', 1);
    (await watching.question(0)).answer();
    await eventually(() => reader.told.length === 1);
    const presence = { agent: { id: 'bob', name: 'BOB', presence: { version: 1 } }, cursor: 'c1' };
    expect(reader.told.map((text) => JSON.parse(text) as unknown)).toEqual([{ data: { presence } }]);
  });

  it('is executed once for all, wherever each of them was', async () => {
    const query = `subscription($was: String) { ...F } fragment F on Subscription { presence(after: $was) { ${CHANGE} } }`;
    const readers = [await watching.reader(query, { was: 'c1' }), await watching.reader(query, { was: 'c2' })];
    watching.becomes('bob', 3);
    (await watching.question(0)).answer();
    await eventually(() => readers.every(({ told }) => told.length === 1));
    expect([watching.held, watching.asked.length]).toEqual([1, 1]);
  });
});
