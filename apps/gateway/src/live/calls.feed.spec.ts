import { agentCalls, CallView, subjectOf } from '@cordboard/contracts';
import { Bus } from '@cordboard/platform-messaging';
import { eventually, testNats, type TestNats } from '@cordboard/testing';
import { callsFeed } from './calls.feed.ts';
import { StreamTap } from './stream-tap.ts';

let nats: TestNats;
let bus: Bus;
let taps: { routing: StreamTap; recording: StreamTap };
let live: CallView[];
let seq = 0;

const call = (id: string, state: CallView['state'] = 'IN_PROGRESS'): CallView =>
  CallView.parse({
    ...{ id, conversationId: 'k1', direction: 'INBOUND', state, lineId: 'main', caller: '+33611111111', agentId: 'alice', hold: false },
    ...{ startedAt: '2026-01-05T10:00:00.000Z', answeredAt: null, endedAt: null, transfers: [], legs: [], untransferable: null },
    participants: ['alice'],
  });

beforeAll(async () => {
  nats = await testNats();
  bus = await Bus.connect({ url: nats.url, name: 'spec' });
  bus.serve(agentCalls, async () => ({ offers: [], calls: live.map((picture) => ({ seq: 0, call: picture })) }));
});
beforeEach(async () => {
  live = [call('k1-c1')];
  taps = { routing: new StreamTap(bus, 'routing'), recording: new StreamTap(bus, 'recording') };
  await Promise.all([taps.routing.start(), taps.recording.start()]);
});
afterEach(() => Promise.all([taps.routing.stop(), taps.recording.stop()]));
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

/** Tells it, and returns when the gateway has heard it. */
async function tell(source: 'routing' | 'recording', events: readonly object[], account = 'demo'): Promise<void> {
  seq += 1;
  const told = { source, account, key: 'k1', from: seq, seq, at: '2026-01-05T10:00:00.000Z', events };
  const ack = await bus.streams.publish(subjectOf(source, account, 'k1'), JSON.stringify(told));
  await eventually(() => taps[source].now.seq >= ack.seq);
}
const recorded = (callId: string, agentId = 'alice') => ({ type: 'recording.changed', callId, agentIds: [agentId] });
const changed = (...calls: CallView[]) => ({ type: 'calls.changed', calls });

interface Shown {
  readonly call: { readonly id: string; readonly state: string };
  readonly cursor: string;
}
function follow(after?: string): { next(): Promise<Shown>; leave(): Promise<unknown> } {
  const identity = { agentId: 'alice', account: 'demo', role: 'AGENT', expiresAt: 0, token: '', language: 'en' } as const;
  const feed = callsFeed(taps, bus, after === undefined ? {} : { after }, identity);
  return { next: async () => (await feed.next()).value as Shown, leave: () => feed.return(undefined) };
}

it('shows a call anew when its recording changes, to whom it is about, in their account', async () => {
  const feed = follow();
  expect(await feed.next()).toMatchObject({ call: { id: 'k1-c1' } });
  await tell('recording', [recorded('k1-c1', 'bob')]);
  await tell('recording', [recorded('k1-c1')], 'other');
  await tell('routing', [changed(call('k1-c1', 'ENDED'))]);
  expect(await feed.next()).toMatchObject({ call: { id: 'k1-c1', state: 'ENDED' } });
  await tell('recording', [recorded('k1-c1')]);
  expect(await feed.next()).toMatchObject({ call: { id: 'k1-c1', state: 'ENDED' } });
  await feed.leave();
});

it('resumes with what both have said meanwhile, and nothing twice', async () => {
  const first = follow();
  const { cursor } = await first.next();
  await first.leave();
  await tell('recording', [recorded('k1-c1')]);
  await tell('routing', [changed(call('k1-c2'))]);
  live = [call('k1-c1'), call('k1-c2')];
  await tell('recording', [recorded('k1-c2')]);

  const again = follow(cursor);
  const seen = [await again.next(), await again.next(), await again.next()];
  expect(seen.map((shown) => shown.call.id).sort()).toEqual(['k1-c1', 'k1-c2', 'k1-c2']);
  await tell('recording', [recorded('k1-c1')]);
  const next = await again.next();
  expect(next.call.id).toBe('k1-c1');
  await again.leave();

  const later = follow(next.cursor);
  await tell('recording', [recorded('k1-c2')]);
  expect(await later.next()).toMatchObject({ call: { id: 'k1-c2' } });
  await later.leave();
});

it('begins anew with a cursor that it cannot read', async () => {
  const feed = follow('nonsense');
  expect(await feed.next()).toMatchObject({ call: { id: 'k1-c1' } });
  await feed.leave();
});
