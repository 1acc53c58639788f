import { replay, subjectOf } from '@cordboard/contracts';
import { eventually, testNats, type TestNats } from '@cordboard/testing';
import { Bus, Feed, saidBetween } from './index.ts';

let nats: TestNats, bus: Bus, feed: Feed;
const heard: string[] = [];

beforeAll(async () => {
  nats = await testNats();
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  feed = new Feed(bus, 'routing', { told: ({ told: { key } }) => heard.push(key), lost: () => heard.push('(lost)') });
  await feed.start();
});

afterAll(async () => {
  await feed.stop();
  await bus.close();
  await nats.stop();
});

const envelope = (key: string, account = 'demo', seq = 1) =>
  ({ source: 'routing', account, key, from: seq, seq, at: new Date().toISOString(), events: [{ type: 'happened' }] }) as const;
async function publish(key: string, account = 'demo', seq = 1): Promise<void> {
  await bus.stream('routing');
  const told = envelope(key, account, seq);
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
    const ofOne = new Feed(bus, 'routing', { told: ({ told: { key } }) => own.push(key), lost: () => own.push('(lost)') }, 'one');
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

  describe('of a stream that has a later envelope of a key before an earlier one', () => {
    const told: string[] = [];
    let ofOne: Feed;
    const publishAll = async (key: string, ...seqs: number[]) => {
      for (const seq of seqs) await publish(key, 'late', seq);
    };
    const tells = (...expected: string[]) =>
      eventually(
        () => told.join(),
        (seen) => seen === expected.join(),
      );

    beforeAll(async () => {
      ofOne = new Feed(
        bus,
        'routing',
        { told: ({ told: { key, seq } }) => told.push(`${key}${seq}`), lost: () => told.push('(lost)') },
        'late',
      );
      await ofOne.start();
    });
    afterAll(() => ofOne.stop());
    beforeEach(() => void told.splice(0));

    it('says that something was missed where the source does not answer', async () => {
      await publishAll('k', 1, 3, 2, 4);
      await publishAll('l', 1);
      await tells('k1', 'k3', '(lost)', 'k2', '(lost)', 'k4', 'l1');
    });

    it('tells both once and in order, as does who reads them afterwards', async () => {
      bus.serve(replay('routing'), async ({ key, from, to }) => ({
        envelopes: [1, 2, 3, 4, 5].filter((seq) => seq >= from && seq <= to).map((seq) => envelope(key, 'late', seq)),
      }));
      await bus.flush();
      const after = ofOne.now;
      await publishAll('m', 1, 4, 2, 3, 5, 5);
      await publishAll('n', 1);
      await tells('m1', 'm2', 'm3', 'm4', 'm5', 'n1');
      const read = await saidBetween(bus, { source: 'routing', account: 'late', after, upTo: ofOne.now.seq, most: 10 });
      expect(read?.map((one) => `${one.told.key}${one.told.seq}`)).toEqual(told);
    });

    it('says that something was missed where the earlier one comes before anything else of the key was known', async () => {
      await publishAll('o', 6, 5);
      await publishAll('p', 1);
      await tells('o6', 'o5', '(lost)', 'p1');
    });
  });
});
