import { newId } from '@cordboard/platform-process';
import { eventually } from '@cordboard/testing';
import { ended, engaged, freed, handedOn, nowhere, picture, RunningPresence, type Who } from '../presence.running.ts';

let running: RunningPresence;
beforeAll(async () => {
  running = await RunningPresence.start();
});
afterAll(() => running?.stop());

const SAM: Who = { sub: 'sam', role: 'SUPERVISOR' };
const OUTSIDE = { ...nowhere, kind: 'CONTACT', label: 'The plumber', contactId: 'k', phoneNumber: '+33622222222' } as const;
const NUMBER = { ...nowhere, kind: 'NUMBER', label: 'bob', numberId: 'bob', phoneNumber: '+33187000003' } as const;

/** An agent in a call of this test's own. */
async function inCall() {
  const { agentId } = await running.online();
  const [callId, commit] = [newId(), running.conversation()];
  await commit(engaged(agentId, 'IN_CALL'), picture(callId, agentId, `${agentId}-rung`));
  return { agentId, callId, commit };
}
/** They transfer it, cold, and it is completed. */
async function handsOn(target: typeof OUTSIDE | typeof NUMBER) {
  const call = await inCall();
  await call.commit(
    ...handedOn(call.agentId, 'COLD', target).map((event) => ('callId' in event ? { ...event, callId: call.callId } : event)),
  );
  return call;
}

const words = (tags: readonly string[]): string => JSON.stringify(tags);
const tag = async (who: Who, callId: string, tags: readonly string[]): Promise<unknown> =>
  (
    await running.ask(
      who,
      `mutation { tagCall(callId: "${callId}", tags: ${words(tags)}) { ... on Call { id tags tagDue } ... on Refused { code message remedy } } }`,
    )
  ).data?.['tagCall'];
const end = async (sub: string, callId: string): Promise<unknown> =>
  (
    await running.ask(
      { sub },
      `mutation { endWrapUp(callId: "${callId}") { ... on Agent { presence { availability } } ... on Refused { code message remedy } } }`,
    )
  ).data?.['endWrapUp'];
const entity = (who: Who, callId: string) =>
  running.ask(who, `{ _entities(representations: [{ __typename: "Call", id: "${callId}" }]) { ... on Call { tags tagDue } } }`);

describe('tags', () => {
  it('of one’s own call are kept, told, and shown; what is given takes the place of what was', async () => {
    const { agentId, callId } = await inCall();
    expect(await tag({ sub: agentId }, callId, [' Sale ', 'sale', 'Not  now'])).toEqual({
      id: callId,
      tags: ['Sale', 'Not now'],
      tagDue: false,
    });
    expect(await tag({ sub: agentId }, callId, ['Sale', 'Not now'])).toMatchObject({ id: callId });
    expect(await tag(SAM, callId, ['Later'])).toEqual({ id: callId, tags: ['Later'], tagDue: false });
    expect(await running.told(callId)).toEqual([
      { type: 'call.tagged', callId, agentId, tags: ['Sale', 'Not now'] },
      { type: 'call.tagged', callId, agentId: 'sam', tags: ['Later'] },
    ]);
    expect((await entity({ sub: agentId }, callId)).data).toEqual({ _entities: [{ tags: ['Later'], tagDue: false }] });
  });

  it('of a call that one was only rung with are not one’s own to give; of another’s one knows nothing', async () => {
    const { agentId, callId } = await inCall();
    const mutation = `mutation { tagCall(callId: "${callId}", tags: ["a"]) { __typename } }`;
    expect(await running.code({ sub: `${agentId}-rung` }, mutation)).toBe('FORBIDDEN');
    expect(await running.code({ sub: 'somebody' }, mutation)).toBe('NOT_FOUND');
    expect(await running.code({ ...SAM, account: 'other' }, mutation)).toBe('NOT_FOUND');
    expect(await running.code(SAM, mutation.replace(callId, 'nothing'))).toBe('NOT_FOUND');
    expect(await running.told(callId)).toEqual([]);
  });

  it('are not shown to those who may not see the call', async () => {
    const { callId } = await inCall();
    expect((await entity({ sub: 'somebody' }, callId)).data).toEqual({ _entities: [null] });
    expect((await entity({ ...SAM, account: 'other' }, callId)).data).toEqual({ _entities: [null] });
  });

  it('are chosen from the account’s list, where it has one', async () => {
    await running.policy({ tags: ['Sale', 'Not now'] });
    const { agentId, callId } = await inCall();
    expect(await tag({ sub: agentId }, callId, ['sale'])).toMatchObject({ tags: ['Sale'] });
    expect(await tag({ sub: agentId }, callId, ['Sale', 'nonsense'])).toEqual({
      code: 'INVALID_TAG',
      message: expect.stringContaining('nonsense'),
      remedy: 'Choose among Sale, Not now.',
    });
    expect((await entity({ sub: agentId }, callId)).data).toEqual({ _entities: [{ tags: ['Sale'], tagDue: false }] });
    await running.policy({});
  });

  it('S34 are due where a call left the account, also through a contact: nothing but a tag ends the wrap-up', async () => {
    const { agentId, callId } = await handsOn(OUTSIDE);
    expect(await running.shown(agentId)).toMatchObject({
      availability: 'WRAP_UP',
      wrapUp: { callId, reason: 'COLD_TRANSFER_OUTSIDE', message: expect.stringContaining('outside number'), tagDue: true },
    });
    expect((await entity({ sub: agentId }, callId)).data).toEqual({ _entities: [{ tags: [], tagDue: true }] });
    expect(await end(agentId, callId)).toEqual({ code: 'TAG_REQUIRED', message: expect.any(String), remedy: expect.any(String) });
    await running.timeGoesBy(agentId);
    await eventually(async () => (await running.presence.database.query('SELECT FROM timer WHERE subject = $1', agentId)).length === 0);
    expect(await running.availability(agentId)).toBe('WRAP_UP');
    await running.restart();
    expect(await running.shown(agentId)).toMatchObject({ availability: 'WRAP_UP', wrapUp: { tagDue: true } });
    expect(await tag(SAM, callId, ['Plumber'])).toEqual({ id: callId, tags: ['Plumber'], tagDue: false });
    expect(await running.shown(agentId)).toMatchObject({ availability: 'AVAILABLE', wrapUp: null });
    expect(await tag({ sub: agentId }, callId, [])).toMatchObject({ code: 'TAG_REQUIRED' });
  });

  it('S33 S34 none is due at a Number of the account; one that was given in the call is given', async () => {
    const toNumber = await handsOn(NUMBER);
    expect(await running.shown(toNumber.agentId)).toMatchObject({ wrapUp: { reason: 'COLD_TRANSFER_TO_NUMBER', tagDue: false } });
    expect(await end(toNumber.agentId, toNumber.callId)).toEqual({ presence: { availability: 'AVAILABLE' } });
    const { agentId, callId, commit } = await inCall();
    await tag({ sub: agentId }, callId, ['Plumber']);
    await commit(...handedOn(agentId, 'WARM', OUTSIDE).map((event) => ('callId' in event ? { ...event, callId } : event)));
    expect(await running.shown(agentId)).toMatchObject({ wrapUp: { reason: 'WARM_TRANSFER', tagDue: false } });
  });

  it('are due after every call where the account wants them', async () => {
    await running.policy({ tagRequired: true, wrapUpSeconds: 0 });
    const { agentId, callId, commit } = await inCall();
    await commit(ended(agentId, { callId }), freed(agentId));
    expect(await end(agentId, callId)).toMatchObject({ code: 'TAG_REQUIRED' });
    await tag({ sub: agentId }, callId, ['Sale']);
    await eventually(async () => (await running.availability(agentId)) === 'AVAILABLE');
    await running.policy({});
  });
});

describe('the reason', () => {
  const transfer = { transferId: 't1', transferorId: 'a' };
  it.each([
    ['TRANSFER_ABANDONED', 'the caller left a pending transfer', 'ABANDONED', 'CALLER_HUNG_UP', 'CALLER_HUNG_UP'],
    ['TRANSFER_UNANSWERED', 'the transferor was gone when it came back (S8)', 'FAILED', 'TRANSFEROR_UNAVAILABLE', 'TRANSFER_UNANSWERED'],
    ['TRANSFER_UNANSWERED', 'nobody took the return', 'FAILED', 'NO_ANSWER', 'TRANSFER_UNANSWERED'],
    ['CALL_ENDED', 'a supervisor ended it', 'CANCELLED', 'CANCELLED_BY_TRANSFEROR', 'AGENT_HUNG_UP'],
  ] as const)('D3 %s: %s', async (wanted, _, status, reason, how) => {
    const { agentId, callId, commit } = await inCall();
    await commit(engaged(agentId, 'RESERVED'));
    await commit(
      { type: 'transfer.ended', ...transfer, callId, mode: 'COLD', status, reason },
      ended(agentId, { callId, how }),
      freed(agentId),
    );
    expect(await running.shown(agentId)).toMatchObject({ availability: 'WRAP_UP', wrapUp: { callId, reason: wanted } });
  });

  it('D3 a consultation that the caller left: wrap-up once the colleagues have parted', async () => {
    const { agentId, callId, commit } = await inCall();
    await commit({ type: 'transfer.consulting', ...transfer, callId });
    await commit(
      { type: 'transfer.ended', ...transfer, callId, mode: 'WARM', status: 'ABANDONED', reason: 'CALLER_HUNG_UP' },
      ended(agentId, { callId }),
    );
    expect(await running.shown(agentId)).toMatchObject({ availability: 'IN_CALL', wrapUp: null });
    await commit(freed(agentId));
    expect(await running.shown(agentId)).toMatchObject({ availability: 'WRAP_UP', wrapUp: { callId, reason: 'TRANSFER_ABANDONED' } });
  });
});

describe('being busy after a transfer', () => {
  const BOB = { ...nowhere, kind: 'AGENT', label: 'Bob', agentId: 'bob' } as const;
  it('S35 lasts as long as the account says, over a restart, and ends where one was before', async () => {
    await running.policy({ busyAfterColdSeconds: 20 });
    const { agentId, callId, commit } = await inCall();
    await commit(...handedOn(agentId, 'COLD', BOB).map((event) => ('callId' in event ? { ...event, callId } : event)));
    const busy = await running.shown(agentId);
    expect(busy).toMatchObject({ availability: 'BUSY', status: 'BUSY', reason: 'after transfer', wrapUp: null });
    expect(Date.parse(busy?.statusUntil ?? '') - Date.parse(busy?.since ?? '')).toBe(20_000);
    await running.restart();
    await running.timeGoesBy(agentId);
    await eventually(async () => (await running.availability(agentId)) === 'AVAILABLE');
    expect(await running.shown(agentId)).toMatchObject({ status: 'AVAILABLE', reason: null, statusUntil: null });
    await running.policy({});
  });
});

it('S35 a status is set for another by supervisors and administrators alone', async () => {
  const { agentId } = await running.online();
  const mutation = `mutation { setStatus(status: BUSY, reason: "notes", agentId: "${agentId}") { ... on Agent { presence { status reason availability } } } }`;
  const { agentId: colleague } = await running.online();
  expect(await running.code({ sub: colleague }, mutation)).toBe('FORBIDDEN');
  for (const role of ['SUPERVISOR', 'ADMIN'] as const)
    expect((await running.ask({ sub: colleague, role }, mutation)).data).toEqual({
      setStatus: { presence: { status: 'BUSY', reason: 'notes', availability: 'BUSY' } },
    });
});
