import { streamOf } from '@cordboard/contracts';
import { testNatsCluster, type TestNatsCluster } from '@cordboard/testing';
import { Bus } from './index.ts';

const ROUTING = streamOf('routing');

let nats: TestNatsCluster, bus: Bus;

beforeAll(async () => {
  nats = await testNatsCluster();
  bus = await Bus.connect({ url: ` nats://127.0.0.1:1, ${nats.urls.join(' ,, ')},${nats.urls[0]}, `, name: 'spec' });
  // as a stream of one server was made before
  await bus.manager.streams.add({ name: ROUTING, subjects: ['cordboard.routing.>'], num_replicas: 1 });
}, 90_000);

afterAll(async () => {
  await bus?.close();
  await nats?.stop();
});

describe('A cluster of three servers', () => {
  it('is reached by a list with blanks, empty entries, repeated servers and one that is away', () => {
    expect(bus.connected).toBe(true);
  });

  it('keeps new streams and existing ones on three servers', async () => {
    expect((await bus.stream('routing')).config.num_replicas).toBe(3);
    expect((await bus.stream('presence')).config.num_replicas).toBe(3);
    const explicit = await Bus.connect({ env: { NATS_URL: nats.url, NATS_STREAM_REPLICAS: '1' }, name: 'one' });
    expect((await explicit.stream('presence')).config.num_replicas).toBe(1);
    await explicit.close();
  });

  it('goes on with what there is where it cannot have so many replicas', async () => {
    const many = await Bus.connect({ env: { NATS_URL: nats.url, NATS_STREAM_REPLICAS: '5' }, name: 'many' });
    expect((await many.stream('routing')).config.num_replicas).toBe(3);
    expect((await many.stream('directory')).config.num_replicas).toBe(1);
    await many.close();
  });
});
