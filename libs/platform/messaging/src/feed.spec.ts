import { subjectOf } from '@cordboard/contracts';
import { eventually, testNats, type TestNats } from '@cordboard/testing';
import { Bus, Feed, saidBetween } from './index.ts';

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

async function publish(key: string, account = 'demo'): Promise<void> {
  await bus.stream('routing');
  const told = { source: 'routing', account, key, from: 1, seq: 1, at: new Date().toISOString(), events: [{ type: 'happened' }] };
  await bus.streams.publish(subjectOf('routing', account, key), JSON.stringify(told));
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

  it('of one account hears nothing of another, and what it missed can be read afterwards, whole or not at all', async () => {
    const own: string[] = [];
    const ofOne = new Feed(bus, 'routing', { told: ({ key }) => own.push(key), lost: () => own.push('(lost)') }, 'one');
    await ofOne.start();
    const after = ofOne.now;
    for (const [key, account] of Object.entries({ g: 'one', h: 'two', i: 'one' })) await publish(key, account);
    await eventually(() => own.join() === 'g,i');
    const upTo = ofOne.now.seq;
    await ofOne.stop();

    const read = async (o: object) =>
      (await saidBetween(bus, { source: 'routing', account: 'one', after, upTo, most: 10, ...o }))?.map(({ told }) => told.key);
    expect(await read({})).toEqual(['g', 'i']);
    expect(await read({ upTo: upTo - 1 })).toEqual(['g']);
    expect(await read({ account: 'nobody' })).toEqual([]);
    expect(await read({ after: { epoch: after.epoch, seq: upTo } })).toEqual([]);
    expect(await read({ most: 1 })).toBeUndefined();
    expect(await read({ after: { epoch: 'another', seq: 0 } })).toBeUndefined();
    expect(await read({ after: { epoch: after.epoch, seq: upTo + 100 } })).toBeUndefined();
  });
});
