import { subjectOf } from '@cordboard/contracts';
import { eventually, testNats, type TestNats } from '@cordboard/testing';
import { Bus, Feed } from './index.ts';

let nats: TestNats, bus: Bus, feed: Feed;
const heard: string[] = [];

beforeAll(async () => {
  nats = await testNats();
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  feed = new Feed(bus, 'routing', { told: ({ key }) => heard.push(key), lost: () => heard.push('(lost)') });
  await feed.start();
});

afterAll(async () => {
  await feed.stop();
  await bus.close();
  await nats.stop();
});

async function publish(key: string): Promise<void> {
  await bus.stream('routing');
  const told = { source: 'routing', account: 'demo', key, from: 1, seq: 1, at: new Date().toISOString(), events: [{ type: 'happened' }] };
  await bus.streams.publish(subjectOf('routing', 'demo', key), JSON.stringify(told));
}
const becomes = (...keys: string[]) =>
  eventually(
    () => heard.join(),
    (seen) => seen === keys.join(),
  );

describe('a feed', () => {
  it('goes on where it was when the server was away', async () => {
    for (const key of ['a', 'b', 'c']) await publish(key);
    await becomes('a', 'b', 'c');
    await nats.kill();
    await nats.start();
    await eventually(() =>
      publish('d').then(
        () => true,
        () => false,
      ),
    );
    await becomes('a', 'b', 'c', 'd');
  });

  it('hears of a stream that was made anew while it is still shorter than the old one, and says that it has missed something', async () => {
    await nats.kill({ wipe: true });
    await nats.start();
    bus.forget('routing');
    await eventually(() =>
      publish('e').then(
        () => true,
        () => (bus.forget('routing'), false),
      ),
    );
    await eventually(() => heard.includes('(lost)'));
    await publish('f');
    await eventually(() => heard.includes('f'));
  });
});
