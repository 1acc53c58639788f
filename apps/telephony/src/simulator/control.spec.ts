import { CannotStart } from '@cordboard/platform-process';
import { eventually } from '@cordboard/testing';
import { serveControl, type Control } from './control.ts';
import { Simulator } from './driver.ts';

let simulator: Simulator;
let control: Control;

beforeEach(async () => {
  simulator = new Simulator();
  await simulator.start(() => undefined);
  control = await serveControl(simulator, { port: 0, production: false });
});
afterEach(() => control.close());

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: never }> {
  const answer = await fetch(`${control.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
}
const legs = async (): Promise<readonly Record<string, unknown>[]> => (await ask('GET', '/legs')).body;
const dial = (legId: string, device: string): Promise<void> =>
  simulator.dial({
    legId,
    callId: 'c1',
    target: { kind: 'device', device },
    shows: { number: '+33612345678', name: '' },
    beside: [],
    timeoutMs: 60_000,
  });
const outside = (legId: string, number: string): Promise<void> =>
  simulator.dial({
    legId,
    callId: 'c1',
    target: { kind: 'number', number },
    shows: { number: '101', name: '' },
    beside: [],
    timeoutMs: 60_000,
  });

describe('the simulated phone network', () => {
  it('lets an outside party call', async () => {
    const { body } = await ask('POST', '/calls', { from: '+33612345678', to: '+33187000001' });
    const { legId } = body as { legId: string };
    expect(await legs()).toEqual([
      {
        id: legId,
        address: '+33612345678',
        party: 'external',
        state: 'RINGING',
        callId: null,
        held: false,
        hears: ['ringback'],
        message: null,
        display: null,
        keys: '',
        transfer: null,
        tone: 2180,
      },
    ]);
  });

  it('shows an agent as an agent, and what everybody hears', async () => {
    await dial('a', 'alice');
    await outside('b', '+33145678901');
    await ask('POST', '/legs/a/answer');
    await ask('POST', '/legs/b/answer');
    await simulator.createBridge({ bridgeId: 'main-x' });
    for (const legId of ['a', 'b']) await simulator.join({ bridgeId: 'main-x', legId });
    expect(await legs()).toMatchObject([
      { id: 'a', address: 'alice', party: 'alice', state: 'UP', callId: 'c1', hears: ['b'], display: '+33612345678' },
      { id: 'b', address: '+33145678901', party: 'external', state: 'UP', hears: ['a'] },
    ]);
    await simulator.leave({ legId: 'a' });
    await simulator.hold({ legId: 'b' });
    expect(await legs()).toMatchObject([
      { hears: [], message: null },
      { held: true, hears: ['music'], message: { name: 'music', id: null } },
    ]);
  });

  it.each(['answer', 'reject', 'busy', 'fail', 'hangup'])('lets a phone that rings %s', async (action) => {
    await dial('a', 'alice');
    expect(await ask('POST', `/legs/a/${action}`)).toEqual({ status: 200, body: { legId: 'a' } });
    expect(await legs()).toHaveLength(action === 'answer' ? 1 : 0);
  });

  it.each(['answer', 'reject', 'busy', 'fail'])('does not let a phone that is up %s', async (action) => {
    await dial('a', 'alice');
    await ask('POST', '/legs/a/answer');
    expect(await ask('POST', `/legs/a/${action}`)).toEqual({ status: 409, body: { error: expect.stringContaining('Leg a is up') } });
  });

  it('does not let a caller answer their own call, but give it up', async () => {
    const { body } = await ask('POST', '/calls', { from: '+33612345678', to: '+33187000001' });
    const { legId } = body as { legId: string };
    expect(await ask('POST', `/legs/${legId}/answer`)).toMatchObject({ status: 409 });
    expect(await ask('POST', `/legs/${legId}/hangup`)).toMatchObject({ status: 200 });
    expect(await legs()).toEqual([]);
  });

  const scripted = [
    { onRing: 'answer', left: ['UP'] },
    { onRing: 'reject', left: [] },
    { onRing: 'busy', left: [] },
    { onRing: 'fail', left: [] },
  ];
  it.each(scripted)('lets an address react to its phone: $onRing', async ({ onRing, left }) => {
    expect(await ask('POST', '/script', { address: '+33145678901', onRing })).toEqual({
      status: 200,
      body: { address: '+33145678901', onRing, afterMs: 0 },
    });
    await outside('b', '+33145678901');
    await eventually(
      async () => (await legs()).map(({ state }) => state),
      (states) => JSON.stringify(states) === JSON.stringify(left),
    );
  });

  it('reacts only after a while, if the phone still rings then', async () => {
    await ask('POST', '/script', { address: 'alice', onRing: 'answer', afterMs: 50 });
    await dial('a', 'alice');
    await ask('POST', '/script', { address: 'alice', onRing: 'ignore' });
    await dial('b', 'alice');
    await eventually(
      async () => (await legs()).map(({ state }) => state),
      (states) => states.join() === 'UP,RINGING',
    );
  });

  it('passes keys on once a leg is up', async () => {
    await dial('a', 'alice');
    expect(await ask('POST', '/legs/a/dtmf', { digits: '1' })).toMatchObject({ status: 409 });
    await ask('POST', '/legs/a/answer');
    expect(await ask('POST', '/legs/a/dtmf', { digits: '1#' })).toMatchObject({ status: 200 });
  });

  it('cuts and restores the connection, over which calls live on', async () => {
    await dial('a', 'alice');
    expect(await ask('DELETE', '/engine')).toEqual({ status: 200, body: { connected: false } });
    await ask('POST', '/legs/a/answer');
    expect(await ask('POST', '/engine')).toEqual({ status: 200, body: { connected: true } });
    expect(await legs()).toMatchObject([{ id: 'a', state: 'UP' }]);
    await ask('POST', '/engine/restart');
    expect(await legs()).toEqual([]);
  });

  const mistakes: { method: string; path: string; body?: unknown; status: number; error: string }[] = [
    {
      method: 'POST',
      path: '/calls',
      body: { from: 'x'.repeat(81), to: '+33187000001' },
      status: 400,
      error: 'from is too long.',
    },
    { method: 'POST', path: '/calls', body: '{', status: 400, error: 'JSON' },
    { method: 'POST', path: '/calls', status: 400, error: 'from' },
    {
      method: 'POST',
      path: '/script',
      body: { address: 'alice', onRing: 'sing' },
      status: 400,
      error: 'onRing is to be one of answer, reject, busy, fail, ignore.',
    },
    {
      method: 'POST',
      path: '/script',
      body: { address: 'alice', onRing: 'answer', afterMs: -1 },
      status: 400,
      error: 'afterMs cannot be negative.',
    },
    { method: 'POST', path: '/legs/nobody/answer', status: 404, error: 'There is no live leg nobody' },
    { method: 'POST', path: '/legs/nobody/dtmf', body: { digits: 'x' }, status: 400, error: 'digits' },
    { method: 'GET', path: '/nothing', status: 404, error: 'There is no GET /nothing here.' },
  ];
  it.each(mistakes)('says what is wrong with $method $path', async ({ method, path, body, status, error }) => {
    expect(await ask(method, path, body)).toEqual({ status, body: { error: expect.stringContaining(error) } });
  });

  it('never runs in production', async () => {
    await expect(serveControl(simulator, { port: 0, production: true })).rejects.toThrow(CannotStart);
  });

  it('says which setting to change where its port is taken', async () => {
    await expect(serveControl(simulator, { port: Number(new URL(control.url).port), production: false })).rejects.toThrow(
      /set SIMULATOR_PORT to a free one/,
    );
  });
});
