import { PresenceView, type CallView, type RoutingEvent, type TransferView } from '@cordboard/contracts';
import type { ServerResponse } from 'node:http';
import { eventually } from '@cordboard/testing';
import { Webhook } from 'standardwebhooks';
import { outcomeOf } from './deliveries/outcome.ts';
import { Queue } from './deliveries/queue.store.ts';
import { EVENTS } from './events/payloads.ts';
import { WebhookStore } from './webhooks/webhook.store.ts';
import { aCall, answered, began, ITS_EVENTS, mustBeDocumented, Running, shown, telling, view, type Receiver } from './webhooks.running.ts';
import { WebhooksModule } from './webhooks.module.ts';

let running: Running;
beforeAll(async () => (running = await Running.begin()), 60_000);
afterAll(() => running?.end());

const HOUR = 3_600_000;
const [SAM, ALICE] = [{ sub: 'sam', role: 'SUPERVISOR' as const }, { sub: 'alice' }];
/** The events of a call that a receiver got, in order. */
const ofCall = (receiver: Receiver, id: string): readonly string[] =>
  receiver.got.filter(({ data }) => (data['call'] as { id: string } | null)?.id === id).map(({ type }) => type);

describe('who may do what', () => {
  const CREATE =
    'mutation { createWebhook(url: "https://8.8.8.8/x", events: ["call.ended"]) { ... on Webhook { id url events state secret } } }';

  it('administrators make, supervisors see, agents neither; other accounts see nothing', async () => {
    const account = 'roles';
    const ada = { sub: 'ada', role: 'ADMIN' as const, account };
    expect((await running.ask(CREATE, {}, { ...SAM, account })).codes).toEqual(['FORBIDDEN']);
    expect((await running.ask(CREATE, {}, { ...ALICE, account })).codes).toEqual(['FORBIDDEN']);
    const { createWebhook } = (await running.ask<{ createWebhook: { id: string } }>(CREATE, {}, ada)).data;
    expect(createWebhook).toEqual({
      id: expect.any(String),
      url: 'https://8.8.8.8/x',
      events: ['call.ended'],
      state: 'ENABLED',
      secret: expect.stringMatching(/^whsec_.{44}$/),
    });
    const one = `{ webhook(id: "${createWebhook.id}") { id secret } webhooks { id secret } }`;
    const seen = { id: createWebhook.id, secret: null };
    expect((await running.ask(one, {}, { ...SAM, account })).data).toEqual({ webhook: seen, webhooks: [seen] });
    expect((await running.ask(one, {}, { ...ALICE, account })).codes).toEqual(['FORBIDDEN']);
    expect((await running.ask(`{ webhook(id: "${createWebhook.id}") { id } }`)).codes).toEqual(['NOT_FOUND']);
    for (const mutation of ['deleteWebhook', 'rotateWebhookSecret', 'updateWebhook']) {
      const text = `mutation { ${mutation}(id: "${createWebhook.id}") { __typename } }`;
      expect((await running.ask(text)).codes).toEqual(['NOT_FOUND']);
      expect((await running.ask(text, {}, { ...SAM, account })).codes).toEqual(['FORBIDDEN']);
    }
    expect((await running.ask(`mutation { redeliver(deliveryId: "no") { __typename } }`)).codes).toEqual(['NOT_FOUND']);
    expect((await running.ask(`mutation { redeliver(deliveryId: "no") { __typename } }`, {}, SAM)).codes).toEqual(['FORBIDDEN']);
    expect((await running.ask(`mutation { deleteWebhook(id: "${createWebhook.id}") { ... on Webhook { id } } }`, {}, ada)).data).toEqual({
      deleteWebhook: { id: createWebhook.id },
    });
    expect((await running.ask('{ webhooks { id } }', {}, ada)).data).toEqual({ webhooks: [] });
  });

  it.each([
    ['http://169.254.169.254/latest', '["call.ended"]', 'FORBIDDEN_ADDRESS'],
    ['https://me:secret@example.com/', '["call.ended"]', 'INVALID_URL'],
    ['https://8.8.8.8/', '["call.begun"]', 'UNKNOWN_EVENT'],
    ['https://8.8.8.8/', '[]', 'UNKNOWN_EVENT'],
  ])('%s for %s is refused', async (url, events, code) => {
    const made = `createWebhook(url: "${url}", events: ${events}) { ... on Refused { code remedy } }`;
    expect((await running.ask(`mutation { ${made} }`)).data).toEqual({ createWebhook: { code, remedy: expect.any(String) } });
  });

  it('twenty are enough', async () => {
    const ada = { sub: 'ada', role: 'ADMIN' as const, account: 'many' };
    const mutation = 'mutation { createWebhook(url: "https://8.8.8.8/x", events: ["call.ended"]) { __typename ... on Refused { code } } }';
    const made = await Promise.all(Array.from({ length: 25 }, () => running.ask<{ createWebhook: { code?: string } }>(mutation, {}, ada)));
    expect(made.filter(({ data }) => data.createWebhook.code === 'TOO_MANY_WEBHOOKS')).toHaveLength(5);
  });
});

describe('what is told', () => {
  it('is signed, documented, in order, and the whole of a call', async () => {
    const receiver = await running.receiver();
    const { id, secret } = await running.webhook(receiver);
    await running.tell(...aCall('told'));
    await eventually(() => receiver.got.length === 6);
    expect(receiver.types).toEqual(ITS_EVENTS);
    for (const got of receiver.got) {
      expect(new Webhook(secret).verify(got.body, got.headers)).toEqual(mustBeDocumented(got));
      expect(got.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': expect.stringMatching(/^msg_/) });
    }
    expect(receiver.got[0]?.data).toMatchObject({
      call: { id: 'told-c1', state: 'RINGING', numberId: 'main', agentId: null },
      entryNumberId: 'main',
    });
    expect(receiver.got[4]?.data).toMatchObject({ call: { state: 'ENDED', endedAt: expect.any(String) }, by: 'CALLER' });
    const log = await eventually(
      () => running.deliveries(id),
      (all) => all.every(({ state }) => state === 'DELIVERED'),
    );
    expect(log.map(({ event, messageId }) => [event, messageId])).toEqual(receiver.got.map((got) => [got.type, got.id]));
    expect(log[0]).toMatchObject({
      nextAttemptAt: null,
      payload: receiver.got[0]?.body,
      attempts: [{ number: 1, status: 200, error: null }],
    });
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('is of transfers: to a colleague, outside, and those that come to nothing', async () => {
    const receiver = await running.receiver();
    const { id } = await running.webhook(receiver);
    const settled = (k: string, n: number, kind: TransferView['target']['kind'], more: Partial<TransferView> = {}): TransferView => ({
      id: `${k}-t${n}`,
      callId: `${k}-c1`,
      mode: 'COLD',
      convertedFrom: null,
      status: 'COMPLETED',
      endReason: null,
      talkingTo: null,
      transferorId: 'alice',
      note: null,
      offers: [],
      newCallId: `${k}-c2`,
      startedAt: '2026-01-05T10:00:00.000Z',
      connectedAt: null,
      endedAt: '2026-01-05T10:00:09.000Z',
      ...more,
      target: { kind, label: 'x', agentId: null, teamId: null, numberId: null, contactId: null, phoneNumber: null, ...more.target },
    });
    const tellOf = (k: string, transfer: TransferView, event: RoutingEvent) =>
      running.tell(telling('routing', k)(event, shown(view(`${k}-c1`, { transfers: [transfer] } as Partial<CallView>))));
    const completed = (k: string, transfer: TransferView, targetAgentId: string | null) => {
      const { id: transferId, callId, transferorId, mode, target, newCallId } = transfer;
      return tellOf(k, transfer, { type: 'transfer.completed', transferId, callId, transferorId, mode, target, newCallId, targetAgentId });
    };
    const to = (part: Partial<TransferView['target']>) => ({ target: part as TransferView['target'] });
    await completed('tr1', settled('tr1', 1, 'AGENT', to({ kind: 'AGENT', label: 'Bob', agentId: 'bob' })), 'bob');
    await completed('tr2', settled('tr2', 1, 'CONTACT', to({ kind: 'CONTACT', label: 'Support', numberId: 'support' })), null);
    await completed(
      'tr3',
      settled('tr3', 1, 'EXTERNAL', to({ kind: 'EXTERNAL', label: '+33622222222', phoneNumber: '+33622222222' })),
      null,
    );
    await completed('tr4', settled('tr4', 1, 'CONTACT', to({ kind: 'CONTACT', label: 'Bank', phoneNumber: '+33633333333' })), null);
    const back = settled('tr5', 1, 'AGENT', { status: 'RETURNED', endReason: 'REJECTED', newCallId: null });
    const names = { transferId: back.id, callId: back.callId, transferorId: 'alice', mode: 'COLD' as const };
    await tellOf('tr5', back, { type: 'transfer.ended', ...names, status: 'RETURNED', reason: 'REJECTED' });
    await eventually(() => receiver.got.length === 5);
    const by = (k: string) => receiver.got.find(({ data }) => (data['call'] as { id: string }).id === `${k}-c1`);
    expect(['tr1', 'tr2', 'tr3', 'tr4', 'tr5'].map((k) => by(k)?.type)).toEqual([
      'call.transferred',
      'call.transferred',
      'call.external_transferred',
      'call.external_transferred',
      'call.unsuccessful_transfer',
    ]);
    expect(by('tr1')?.data).toMatchObject({
      takenByAgentId: 'bob',
      transfer: { transferorId: 'alice', mode: 'COLD', newCallId: 'tr1-c2' },
    });
    expect(by('tr5')?.data).toMatchObject({ transfer: { status: 'RETURNED', endReason: 'REJECTED' } });
    receiver.got.forEach(mustBeDocumented);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('is of agents, tags and voicemails', async () => {
    const receiver = await running.receiver();
    const { id } = await running.webhook(
      receiver,
      EVENTS.filter((name) => /^user|tagged|voicemail/.test(name)),
    );
    const known = telling('routing', 'users')(began('users-c1'), shown(view('users-c1')));
    await running.tell(known);
    await running.taken(known);
    const at = '2026-01-05T10:00:00.000Z';
    const alice = { agentId: 'alice', callId: 'users-c1' };
    await running.tell(
      telling('presence', 'alice')(
        {
          type: 'presence.changed',
          agentId: 'alice',
          presence: PresenceView.parse({ status: 'BUSY', availability: 'WRAP_UP', reason: 'break', since: at, version: 7 }),
        },
        { type: 'wrapUp.started', ...alice, until: at, tagDue: true },
        { type: 'call.tagged', ...alice, tags: ['refund'] },
        { type: 'wrapUp.ended', ...alice, startedAt: at, endedAt: at },
      ),
      telling(
        'telephony',
        'voicemail-v1',
      )({
        type: 'voicemail.left',
        legId: 'users-l1',
        conversationId: 'users',
        callId: 'unheard-of',
        numberId: 'support',
        announcementId: 'v1',
        from: '+33611111111',
        seconds: 4.5,
        media: { key: 'a', contentType: 'audio/wav', bytes: 1, sha256: 'x' },
      }),
    );
    await eventually(() => receiver.got.length === 5);
    receiver.got.forEach(mustBeDocumented);
    const data = Object.fromEntries(receiver.got.map((got) => [got.type, got.data]));
    expect(data['user.status_changed']).toEqual({
      agentId: 'alice',
      status: 'BUSY',
      availability: 'WRAP_UP',
      reason: 'break',
      since: at,
      version: 7,
    });
    expect(data['user.wut_start']).toEqual({ ...alice, until: at, tagDue: true });
    expect(data['user.wut_end']).toEqual({ ...alice, startedAt: at, endedAt: at });
    expect(data['call.tagged']).toMatchObject({ ...alice, tags: ['refund'], call: { id: 'users-c1', conversationId: 'users' } });
    expect(data['call.voicemail_left']).toEqual({
      callId: 'unheard-of',
      call: null,
      voicemail: { id: 'v1', numberId: 'support', from: '+33611111111', seconds: 4.5 },
    });
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('is told once, however often and in whatever order it came, to those who want it, in their account', async () => {
    const [all, ended, elsewhere] = [await running.receiver(), await running.receiver(), await running.receiver()];
    const hooks = [await running.webhook(all), await running.webhook(ended, ['call.ended'])];
    await running.webhook(elsewhere, EVENTS, 'other');
    const told = [...aCall('twice1'), ...aCall('twice2')];
    await running.tell(...told.toReversed(), ...told, ...told.toSorted((a, b) => a.seq - b.seq));
    await running.taken(...told);
    await eventually(() => all.got.length >= 12 && ended.got.length >= 2);
    expect(['twice1-c1', 'twice2-c1'].map((call) => ofCall(all, call))).toEqual([ITS_EVENTS, ITS_EVENTS]);
    expect([all.got.length, ended.types, elsewhere.got.length]).toEqual([12, ['call.ended', 'call.ended'], 0]);
    expect((await running.tables.query<{ n: number }>(`SELECT count(*)::int AS n FROM delivery WHERE body LIKE '%twice%'`))[0]?.n).toBe(14);
    for (const { id } of hooks) await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });
});

describe('a receiver that fails', () => {
  it('is tried again on the schedule, at its times and not before, ten times', async () => {
    const receiver = await running.receiver(500);
    const { id } = await running.webhook(receiver, ['call.ended']);
    await running.tell(...aCall('sched'));
    const delays = [5_000, 300_000, 1_800_000, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
    let due = running.now().getTime();
    for (const [n, delay] of delays.entries()) {
      const [delivery] = await eventually(
        () => running.deliveries(id),
        ([one]) => one?.attempts.length === n + 1 && Date.parse(one.nextAttemptAt ?? '') > running.now().getTime(),
      );
      const last = delivery?.attempts.at(-1);
      expect(last).toMatchObject({ number: n + 1, status: 500, error: 'It answered 500.' });
      expect(Date.parse(last?.at ?? '')).toBeGreaterThanOrEqual(due);
      due = Date.parse(delivery?.nextAttemptAt ?? '');
      const wait = due - Date.parse(last?.at ?? '');
      expect(wait).toBeGreaterThanOrEqual(delay);
      expect(wait).toBeLessThan(delay + 4_000); // the attempt itself took a moment
      running.ahead += due - running.now().getTime();
    }
    const [delivery] = await eventually(
      () => running.deliveries(id),
      ([one]) => one?.state === 'FAILED',
    );
    expect([delivery?.attempts.length, delivery?.nextAttemptAt, receiver.got.length]).toEqual([10, null, 10]);
    expect(new Set(receiver.got.map((got) => got.id)).size).toBe(1);
    expect(new Set(receiver.got.map((got) => got.headers['webhook-timestamp'])).size).toBe(10);

    receiver.reaction = 204;
    const again = `mutation { redeliver(deliveryId: "${delivery?.id}") { ... on WebhookDelivery { id state } ... on Refused { code } } }`;
    expect((await running.ask(again)).data).toEqual({ redeliver: { id: delivery?.id, state: 'PENDING' } });
    await eventually(
      () => running.deliveries(id),
      ([one]) => one?.state === 'DELIVERED' && one.attempts.length === 11,
    );
    expect(receiver.got.at(-1)).toMatchObject({ id: receiver.got[0]?.id, body: receiver.got[0]?.body });
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  }, 60_000);

  it('is waited for by what follows in the same call until its second attempt fails, by nothing else', async () => {
    const receiver = await running.receiver((response, { type, data }) => {
      const { id } = data['call'] as { id: string };
      response.writeHead(id === 'order1-c1' && type === 'call.created' ? 503 : 200).end();
    });
    const { id } = await running.webhook(receiver);
    await running.tell(...aCall('order1'));
    await running.taken(...aCall('order1'));
    await eventually(() => receiver.got.length === 1);
    await running.tell(...aCall('order2'));
    await eventually(() => ofCall(receiver, 'order2-c1').length === 6);
    expect(ofCall(receiver, 'order1-c1')).toEqual(['call.created']);
    const waiting = (await running.deliveries(id)).filter(({ payload }) => payload.includes('order1'));
    expect(waiting.map(({ nextAttemptAt }) => nextAttemptAt !== null)).toEqual([true, false, false, false, false, false]);
    running.ahead += 6_000;
    await eventually(() => ofCall(receiver, 'order1-c1').length === 7);
    expect(ofCall(receiver, 'order1-c1')).toEqual(['call.created', ...ITS_EVENTS]);
    receiver.reaction = 200;
    running.ahead += 400_000;
    await eventually(() => ofCall(receiver, 'order1-c1').length === 8);
    expect(ofCall(receiver, 'order1-c1').at(-1)).toBe('call.created');
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('is waited for once: a later failure of one that is not waited for any more lets nothing past the next', async () => {
    const receiver = await running.receiver(500);
    const { id } = await running.webhook(receiver);
    await running.tell(...aCall('order3'));
    const steps = async (): Promise<readonly (readonly [number, boolean])[]> =>
      (await running.deliveries(id)).map(({ attempts, nextAttemptAt }) => [attempts.length, nextAttemptAt !== null]);
    const are = (...wanted: readonly (readonly [number, boolean])[]) =>
      eventually(steps, (seen) => JSON.stringify(seen.slice(0, wanted.length)) === JSON.stringify(wanted));
    await are([1, true], [0, false], [0, false]);
    running.ahead += 6_000;
    await are([2, true], [1, true], [0, false]);
    const [first] = await running.deliveries(id);
    await running.ask(`mutation { redeliver(deliveryId: "${first?.id}") { __typename } }`);
    await are([3, true], [1, true], [0, false]);
    running.ahead += 6_000;
    await are([3, true], [2, true], [1, true], [0, false]);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('that hangs slows nobody: another one has everything long before its first request is given up', async () => {
    const hanging = await running.receiver(() => undefined);
    const quick = await running.receiver();
    const hooks = [await running.webhook(hanging), await running.webhook(quick)];
    const calls = Array.from({ length: 10 }, (_, n) => aCall(`hang${n}`)).flat();
    await running.tell(...calls);
    await eventually(() => quick.got.length === 60);
    expect(hanging.requests).toBe(4); // four at once, and none was given up yet
    expect(await running.deliveries(hooks[0]?.id ?? '')).toContainEqual(expect.objectContaining({ state: 'PENDING', attempts: [] }));
    for (const { id } of hooks) await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  }, 60_000);

  it('is given up after 15 s without an answer, and asked one thing at a time from then on', async () => {
    const hanging = await running.receiver(() => undefined);
    const { id } = await running.webhook(hanging, ['call.created']);
    await running.tell(...Array.from({ length: 6 }, (_, n) => aCall(`slow${n}`)).flat());
    await eventually(() => hanging.requests === 4);
    const log = await eventually(
      () => running.deliveries(id),
      (all) => all.filter(({ attempts }) => attempts.length > 0).length === 4,
      25_000,
    );
    const [attempt] = log.find(({ attempts }) => attempts.length > 0)?.attempts ?? [];
    expect(attempt).toMatchObject({ status: null, error: 'No answer within 15 s.' });
    expect(attempt?.durationMs).toBeGreaterThanOrEqual(14_900);
    expect(attempt?.durationMs).toBeLessThan(17_000);
    await eventually(() => hanging.requests === 5);
    const flying = await running.tables.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM delivery WHERE webhook_id = $1 AND claim IS NOT NULL',
      id,
    );
    expect(flying).toEqual([{ n: 1 }]);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  }, 60_000);

  it('and says 410 is disabled at once, with the reason, and told nothing more until it is enabled', async () => {
    const receiver = await running.receiver(410);
    const { id } = await running.webhook(receiver, ['call.created', 'call.ended']);
    await running.tell(...aCall('gone1'));
    const about = `{ webhook(id: "${id}") { state disabledBecause } }`;
    await eventually(async () => (await running.ask<{ webhook: { state: string } }>(about)).data.webhook.state === 'DISABLED');
    expect((await running.ask(about)).data).toEqual({
      webhook: { state: 'DISABLED', disabledBecause: 'The receiver answered 410: it wants nothing more.' },
    });
    await running.taken(...aCall('gone1'));
    const pending = (await running.deliveries(id)).filter(({ state }) => state !== 'FAILED');
    const [first] = await running.deliveries(id);
    expect([pending, receiver.requests]).toEqual([[], 1]);
    const again = `mutation { redeliver(deliveryId: "${first?.id}") { __typename ... on Refused { code } } }`;
    expect((await running.ask(again)).data).toEqual({ redeliver: { __typename: 'Refused', code: 'WEBHOOK_DISABLED' } });
    await running.tell(...aCall('gone2'));
    await running.taken(...aCall('gone2'));
    receiver.reaction = 200;
    await running.ask(`mutation { updateWebhook(id: "${id}", enabled: true) { ... on Webhook { state disabledBecause } } }`);
    await running.tell(...aCall('gone3'));
    await eventually(() => ofCall(receiver, 'gone3-c1').length === 2);
    expect(receiver.got.filter(({ body }) => body.includes('gone2'))).toEqual([]);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('and says 410 to one of two requests that are under way: both are in the log', async () => {
    const waiting: ServerResponse[] = [];
    const receiver = await running.receiver((response) => void waiting.push(response));
    const { id } = await running.webhook(receiver, ['call.created']);
    await running.tell(...aCall('both1'), ...aCall('both2'));
    await eventually(() => waiting.length === 2);
    const [first, second] = waiting;
    first?.writeHead(410).end();
    const state = `{ webhook(id: "${id}") { state } }`;
    await eventually(async () => (await running.ask<{ webhook: { state: string } }>(state)).data.webhook.state === 'DISABLED');
    second?.writeHead(200).end();
    const log = await eventually(
      () => running.deliveries(id),
      // a delivery is read before its attempts: what was read between may be older than they are
      (all) => all.every(({ attempts }) => attempts.length === 1) && all.some(({ state: is }) => is === 'DELIVERED'),
    );
    expect(log.map(({ state, attempts }) => [state, attempts[0]?.status]).sort()).toEqual([
      ['DELIVERED', 200],
      ['FAILED', 410],
    ]);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('and asks for time (429 with Retry-After) is left alone as a whole until then', async () => {
    const receiver = await running.receiver((response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    const { id } = await running.webhook(receiver, ['call.created']);
    await running.tell(...aCall('busy1'));
    const about = `{ webhook(id: "${id}") { pausedUntil failingSince } }`;
    const { webhook } = await eventually(
      async () => (await running.ask<{ webhook: { pausedUntil: string | null } }>(about)).data,
      (data) => data.webhook.pausedUntil !== null,
    );
    expect(webhook).toMatchObject({ failingSince: expect.any(String) });
    const [held] = await running.deliveries(id);
    expect(held?.nextAttemptAt).toBe(webhook.pausedUntil); // not the 5 s of the schedule
    await running.tell(...aCall('busy2'));
    await running.taken(...aCall('busy2'));
    running.ahead += 1_800_000;
    const control = await running.receiver();
    const beside = await running.webhook(control, ['call.created']);
    await running.tell(...aCall('busy3'));
    await eventually(() => control.got.length === 1); // the queue was looked at meanwhile
    expect(receiver.requests).toBe(1);
    receiver.reaction = 200;
    running.ahead += 1_900_000;
    await eventually(() => new Set(receiver.got.map((got) => got.id)).size === 3);
    for (const hook of [id, beside.id]) await running.ask(`mutation { deleteWebhook(id: "${hook}") { __typename } }`);
  });

  it('for five days is disabled, with the reason', async () => {
    const receiver = await running.receiver(502);
    const { id } = await running.webhook(receiver, ['call.created']);
    const about = `{ webhook(id: "${id}") { state disabledBecause } }`;
    const state = async () => (await running.ask<{ webhook: { state: string; disabledBecause: string | null } }>(about)).data.webhook;
    const attempted = (k: string) =>
      eventually(
        () => running.deliveries(id),
        (all) => all.some(({ payload, attempts }) => payload.includes(k) && attempts.length > 0),
      );
    await running.tell(...aCall('five1'));
    await attempted('five1');
    running.ahead += 5 * 24 * HOUR - 60_000;
    await running.tell(...aCall('five2'));
    await attempted('five2');
    expect((await state()).state).toBe('ENABLED');
    running.ahead += 61_000;
    await running.tell(...aCall('five3'));
    await eventually(async () => (await state()).state === 'DISABLED');
    expect((await state()).disabledBecause).toMatch(/^Nothing could be delivered since \S+Z\. The last attempt: It answered 502\.$/);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });
});

it('a rotated secret signs beside the new one for 24 hours', async () => {
  const receiver = await running.receiver();
  const { id, secret } = await running.webhook(receiver, ['call.created']);
  const rotate = `mutation { rotateWebhookSecret(id: "${id}") { ... on Webhook { secret formerSecretUntil } } }`;
  const { rotateWebhookSecret: now } = (await running.ask<{ rotateWebhookSecret: { secret: string; formerSecretUntil: string } }>(rotate))
    .data;
  expect(now.secret).not.toBe(secret);
  expect(now.formerSecretUntil).not.toBeNull();
  const signaturesOf = async (k: string): Promise<readonly boolean[]> => {
    await running.tell(...aCall(k));
    const got = await eventually(() => receiver.got.find(({ body }) => body.includes(k)));
    const at = new Date(Number(got?.headers['webhook-timestamp']) * 1_000);
    const made = String(got?.headers['webhook-signature']).split(' ');
    return [now.secret, secret].map((one) => made.includes(new Webhook(one).sign(String(got?.id), at, String(got?.body))));
  };
  expect(await signaturesOf('rotate1')).toEqual([true, true]);
  running.ahead += 24 * HOUR;
  expect(await signaturesOf('rotate2')).toEqual([true, false]);
  await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
});

describe('a process that ends', () => {
  it('in good order while it delivers: the next one delivers, and the attempt was none', async () => {
    const receiver = await running.receiver(() => undefined);
    const { id } = await running.webhook(receiver, ['call.created']);
    await running.tell(...aCall('stop1'));
    await eventually(() => receiver.requests === 1);
    await running.service?.close();
    receiver.reaction = 200;
    await running.start();
    const [delivery] = await eventually(
      () => running.deliveries(id),
      ([one]) => one?.state === 'DELIVERED',
    );
    expect([delivery?.attempts.length, receiver.requests]).toEqual([1, 2]);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });

  it('by a crash: its claim ends after 30 s, and what it says afterwards counts for nothing', async () => {
    const receiver = await running.receiver();
    const { id } = await running.webhook(receiver, ['call.created']);
    await running.service?.close();
    await running.tell(...aCall('crash1'));
    await running.start();
    await eventually(() => receiver.got.length === 1);
    await running.service?.close();
    // a process that is killed while it sends: it has claimed, and nobody lets go
    const again = `UPDATE delivery SET state = 'PENDING', due_at = $2, settled_at = NULL WHERE webhook_id = $1`;
    await running.tables.query(again, id, running.now());
    const dead = new Queue(running.tables, new WebhookStore(running.tables));
    const [claimed] = await dead.claim('working', 10, running.now());
    if (!claimed) throw new Error('nothing was claimed');
    await running.start();
    await running.tell(...aCall('crash2'));
    await eventually(() => receiver.got.length === 2);
    expect(receiver.got[1]?.body).toContain('crash2');
    await eventually(
      () => running.deliveries(id),
      (all) => all.some(({ state }) => state === 'DELIVERED'),
    );
    running.ahead += 31_000;
    receiver.reaction = 500;
    await eventually(() => receiver.got.length === 3);
    expect(receiver.got[2]).toMatchObject({ id: receiver.got[0]?.id, body: receiver.got[0]?.body });
    const settled = await eventually(
      () => running.deliveries(id),
      ([first]) => first?.attempts.length === 2 && Date.parse(first.nextAttemptAt ?? '') > running.now().getTime(),
    );
    const late = { outcome: outcomeOf({ status: 200, retryAfter: null }, running.now()), at: running.now(), durationMs: 60_000 };
    await dead.settle(claimed, late, running.now(), 0);
    expect(await running.deliveries(id)).toEqual(settled);
    await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
  });
});

it('two replicas deliver each event once', async () => {
  const receiver = await running.receiver();
  const { id } = await running.webhook(receiver);
  const second = await running.replica();
  const calls = Array.from({ length: 15 }, (_, n) => `pair${n}`);
  await running.tell(...calls.flatMap((k) => aCall(k)));
  await eventually(() => receiver.got.length >= 90);
  await second.close();
  expect(calls.map((k) => ofCall(receiver, `${k}-c1`))).toEqual(calls.map(() => ITS_EVENTS));
  expect(new Set(receiver.got.map((got) => got.id)).size).toBe(90);
  expect(receiver.got).toHaveLength(90);
  await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
});

it('the log goes 30 days back', async () => {
  const receiver = await running.receiver();
  const { id } = await running.webhook(receiver, ['call.created']);
  await running.tell(...aCall('old1'));
  await eventually(async () => (await running.deliveries(id))[0]?.state === 'DELIVERED');
  running.ahead += 29 * 24 * HOUR;
  await running.tell(...aCall('old2'));
  await eventually(async () => (await running.deliveries(id))[1]?.state === 'DELIVERED');
  running.ahead += 2 * 24 * HOUR;
  await running.service?.close();
  await running.start();
  await eventually(async () => (await running.deliveries(id)).length === 1);
  expect((await running.deliveries(id))[0]?.payload).toContain('old2');
  await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
});

it('production does not start with what is for development', async () => {
  const env = {
    PORT: 0,
    HOST: '127.0.0.1',
    DATABASE_URL: 'postgres://localhost:1/x',
    NATS_URL: 'nats://localhost:1',
    NODE_ENV: 'production',
  };
  for (const setting of [
    { WEBHOOKS_ALLOW_LOOPBACK: 'true' as const, WEBHOOKS_ALLOW_HTTP: 'false' as const },
    { WEBHOOKS_ALLOW_LOOPBACK: 'false' as const, WEBHOOKS_ALLOW_HTTP: 'true' as const },
  ])
    await expect(WebhooksModule.from({ ...env, ...setting })).rejects.toThrow('are for development');
});

it('answers an event whose call routing never showed as a dead letter, and goes on', async () => {
  const receiver = await running.receiver();
  const { id } = await running.webhook(receiver, ['call.answered']);
  const tell = telling('routing', 'dead');
  await running.tell(tell(answered('dead-c1')), tell(answered('dead-c2'), shown(view('dead-c2'))));
  await eventually(() => receiver.got.length === 1);
  expect(receiver.got[0]?.data).toMatchObject({ call: { id: 'dead-c2' } });
  expect(await running.tables.query(`SELECT source, key, seq FROM dead_letter`)).toEqual([{ source: 'routing', key: 'dead', seq: 1 }]);
  await running.ask(`mutation { deleteWebhook(id: "${id}") { __typename } }`);
});
