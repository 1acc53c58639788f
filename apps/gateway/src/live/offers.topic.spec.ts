import { alice, offer, reading, RunningTopics, type Told } from './topics.running.ts';

let world: RunningTopics;
beforeAll(async () => (world = await RunningTopics.start()));
afterAll(() => world.stop());

const short = (told: Told): string => (told.offer ? `${told.offer.id} rings` : `${told.offerId} ${told.outcome}`);

it('shows what rings, and how each offer has ended, though nobody said so before the stream was lost', async () => {
  world.offers = ['k1-o1', 'k1-o2', 'k1-o3', 'k1-o4'].map((id) => offer(id));
  const { thing } = await world.topics.hold('offers', {}, alice);
  const reader = await reading(thing);
  const ended = offer('k1-o1', 'ACCEPTED');
  await world.say('routing', [{ type: 'offer.ended', offer: ended }]);
  await reader.has(5);
  await world.nats.kill({ wipe: true });
  // of the last one nothing is known any more
  world.offers = [ended, offer('k1-o2', 'TIMED_OUT'), offer('k1-o3', 'ANSWERED_ELSEWHERE'), offer('k1-o5')];
  await world.nats.start();
  await world.streamsAreBack();
  expect((await reader.has(9)).map(short).slice(4)).toEqual([
    'k1-o1 ACCEPTED',
    'k1-o2 TIMED_OUT',
    'k1-o3 ANSWERED_ELSEWHERE',
    'k1-o4 RESCINDED',
    'k1-o5 rings',
  ]);
}, 60_000);
