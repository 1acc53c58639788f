import { eventually } from '@cordboard/testing';
import type { CallView } from '@cordboard/contracts';
import type { Topic } from './topic.ts';
import { alice, call, reading, RunningTopics, type Told } from './topics.running.ts';

let world: RunningTopics;
beforeAll(async () => (world = await RunningTopics.start()));
afterAll(() => world.stop());
beforeEach(async () => {
  await world.topics.stop();
  world.calls = [{ seq: 0, call: call('k1-c1') }];
});

const follow = async (topics = world.topics): Promise<Topic> => (await topics.hold('calls', {}, alice)).thing;
const recorded = (callId: string, agentId = 'alice') => ({ type: 'recording.changed', callId, agentIds: [agentId] });
const changed = (...calls: CallView[]) => ({ type: 'calls.changed', calls });
const short = ({ call, fresh }: Told): string => `${call?.id} ${call?.state}${fresh ? ', fresh' : ''}`;

it('shows what goes on, each change, and a call anew when its recording changes, to whom it is about, in their account', async () => {
  const reader = await reading(await follow());
  await world.say('recording', [recorded('k1-c1', 'bob')]);
  await world.say('recording', [recorded('k1-c1')], { account: 'other' });
  await world.say('routing', [changed(call('k1-c2', 'RINGING', ['bob']))]);
  await world.say('recording', [recorded('k1-c1')]);
  await reader.has(2);
  await world.say('routing', [changed(call('k1-c1', 'ENDED'))]);
  expect((await reader.has(3)).map(short)).toEqual(['k1-c1 IN_PROGRESS', 'k1-c1 IN_PROGRESS', 'k1-c1 ENDED']);
});

it('tells nothing twice that routing knew before its stream said it', async () => {
  world.calls = [{ seq: 1_000_000, call: call('k1-c1') }];
  const reader = await reading(await follow());
  await world.say('routing', [changed(call('k1-c1', 'RINGING'))]);
  await world.say('routing', [changed(call('k2-c1', 'RINGING'))], { key: 'k2' });
  expect((await reader.has(2)).map(short)).toEqual(['k1-c1 IN_PROGRESS', 'k2-c1 RINGING']);
});

describe('whoever comes back', () => {
  const missing = async (): Promise<string> => {
    const reader = await reading(await follow());
    const [first] = reader.told;
    await world.say('recording', [recorded('k1-c1')]);
    await world.say('routing', [changed(call('k1-c1', 'ENDED'))]);
    world.calls = [];
    await world.say('recording', [recorded('k1-c1')]);
    await reader.has(4);
    reader.leave();
    return first?.cursor ?? '';
  };

  it.each([
    ['on the replica where they were', () => world.topics],
    ['on any other', () => world.anotherReplica()],
  ])('is told what both services have said meanwhile, and what comes next, %s', async (_, replica) => {
    const cursor = await missing();
    const topics = replica();
    const reader = await reading(await follow(topics), cursor);
    await world.say('routing', [changed(call('k1-c2'))]);
    await eventually(() => reader.told.map(short).includes('k1-c2 IN_PROGRESS')); // the end may be told for each service that spoke of it
    const { told } = reader;
    expect(told.map(short).filter((one) => one !== 'k1-c1 ENDED')).toEqual(['k1-c2 IN_PROGRESS']);
    expect(told.map(short)).toContain('k1-c1 ENDED');
    expect(told.every(({ fresh }) => !fresh)).toBe(true);
    await topics.stop();
  });

  it('can be cut off after each of these and go on from there', async () => {
    const cursor = await missing();
    const topic = await follow();
    const { moments } = await topic.read(cursor);
    const rest = async (after: number) => (await topic.read((moments[after]?.event('en') as Told).cursor)).moments.length;
    expect(await Promise.all(moments.map((_, i) => rest(i)))).toEqual(moments.map((_, i) => moments.length - 1 - i));
  });

  it('after what is not known any more is shown what goes on, said as such, and how what went on for them has ended', async () => {
    const reader = await reading(await follow());
    const [, , ...live] = (reader.told[0]?.cursor ?? '').split('.');
    const gone = Buffer.from(JSON.stringify(['gone', 3])).toString('base64url');
    world.calls = [
      { seq: 9, call: call('k1-c1', 'ENDED') },
      { seq: 1, call: call('k2-c1', 'RINGING') },
    ];
    const again = await reading(await follow(), [gone, gone, ...live].join('.'));
    expect(again.told.map(short)).toEqual(['k1-c1 ENDED, fresh', 'k2-c1 RINGING, fresh']);
    expect((await reading(await follow(), 'nonsense')).told.map(short)).toEqual(['k2-c1 RINGING, fresh']);
  });
});

it('a stream made anew counts as a loss: what goes on is shown anew, and how what went on has ended', async () => {
  const reader = await reading(await follow());
  await world.nats.kill({ wipe: true });
  world.calls = [
    { seq: 9, call: call('k1-c1', 'ENDED') },
    { seq: 1, call: call('k2-c1', 'RINGING') },
  ];
  await world.nats.start();
  await world.streamsAreBack();
  const told = await reader.has(3);
  expect([...new Set(told.map(short))]).toEqual(['k1-c1 IN_PROGRESS', 'k1-c1 ENDED, fresh', 'k2-c1 RINGING, fresh']);
}, 60_000);
