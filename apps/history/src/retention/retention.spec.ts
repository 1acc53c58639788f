import { usualPolicy } from '@cordboard/contracts';
import { eventually } from '@cordboard/testing';
import { began, callEnded, offer, RunningHistory, SAM, telling, time, toAgent, type Telling } from '../history.running.ts';
import { RetentionStore } from './retention.store.ts';

let history: RunningHistory;
beforeAll(async () => void (history = await RunningHistory.start()));
afterAll(() => history?.stop());

const DAY = 86_400;
const now = (Date.now() - Date.parse(time(0))) / 1_000;
const keep = (account: string, ...days: readonly (number | null)[]): Telling[] => {
  const say = telling('directory', `policy-${account}`, account);
  return days.map((historyDays) => say(now, { type: 'policy.saved', policy: { ...usualPolicy, historyDays } }));
};
/** A conversation of two calls with all that belongs to it: it began so many days ago, and ended so many. */
function conversation(k: string, account: string, began_: number, ended: number | null): readonly Telling[] {
  const say = telling('routing', k, account);
  const after = telling('presence', `${k}-alice`, account);
  const at = (days: number): number => now - days * DAY;
  const transfer = { transferId: `${k}-t1`, callId: `${k}-c1`, transferorId: 'alice', mode: 'COLD' as const, target: toAgent('bob') };
  return [
    say(at(began_), began(`${k}-c1`), offer(`${k}-o1`, `${k}-c1`, 'alice', 'ACCEPTED')),
    say(at(began_) + 5, { type: 'call.answered', callId: `${k}-c1`, agentId: 'alice' }),
    say(at(began_) + 6, { type: 'transfer.started', ...transfer }),
    say(
      at(began_) + 9,
      { type: 'transfer.completed', ...transfer, newCallId: `${k}-c2`, targetAgentId: 'bob' },
      began(`${k}-c2`, { viaTransferId: `${k}-t1`, entryNumberId: null }),
      callEnded('TRANSFERRED', `${k}-c1`, 'alice', `${k}-t1`),
      { type: 'call.answered', callId: `${k}-c2`, agentId: 'bob' },
    ),
    ...(ended === null ? [] : [say(at(ended), callEnded('CALLER_HUNG_UP', `${k}-c2`, 'bob', `${k}-t1`))]),
    after(
      at(began_) + 20,
      { type: 'call.tagged', callId: `${k}-c1`, agentId: 'alice', tags: ['vip'] },
      { type: 'wrapUp.ended', agentId: 'alice', callId: `${k}-c1`, startedAt: time(at(began_)), endedAt: time(at(began_) + 20) },
    ),
  ];
}
/** In which tables there is still anything of these. */
async function tablesWith(what: string): Promise<readonly string[]> {
  const tables = ['call_record', 'transfer_record', 'offer_record', 'call_participant', 'call_tag', 'tagging', 'wrap_up'];
  const found = await Promise.all(
    tables.map(async (name) =>
      (await history.tables.query(`SELECT FROM ${name} AS kept WHERE to_jsonb(kept)::text LIKE $1`, `%"${what}-%`)).length > 0
        ? [name]
        : [],
    ),
  );
  return found.flat();
}
const ids = (account: string): Promise<readonly string[]> => history.ids('', { ...SAM, account });

it('keeps a history for as many days as the account says, and nothing of it longer', async () => {
  await history.tell(
    ...conversation('old', 'short', 40, 40),
    ...conversation('long', 'short', 40, 20),
    ...conversation('new', 'short', 20, 20),
    ...conversation('other', 'forever', 4_000, 4_000),
  );
  expect(await tablesWith('old')).toHaveLength(7);
  const kept = await ids('short');
  await history.tell(...keep('short', 30), ...keep('forever', null));
  await eventually(
    () => tablesWith('old'),
    (tables) => tables.length === 0,
  );
  expect(await ids('short')).toEqual(kept.filter((id) => !id.startsWith('old')));
  expect([await tablesWith('long'), await tablesWith('new'), await tablesWith('other')].map((tables) => tables.length)).toEqual([7, 7, 7]);
});

it('keeps a call that lives, and lets go of one in which nothing has happened for so long', async () => {
  await history.tell(...conversation('live', 'living', 5, null), ...conversation('stuck', 'living', 40, null));
  await history.tell(...keep('living', 30));
  await eventually(
    () => tablesWith('stuck'),
    (tables) => tables.length === 0,
  );
  expect(await tablesWith('live')).toHaveLength(7);
});

it('lets go of what was told of a call that is gone', async () => {
  const late = telling(
    'presence',
    'late-alice',
    'lately',
  )(now - 40 * DAY, { type: 'call.tagged', callId: 'late-c1', agentId: 'alice', tags: ['vip'] });
  await history.tell(late);
  expect(await tablesWith('late')).toEqual(['tagging']);
  await history.tell(...keep('lately', 30));
  await eventually(
    () => tablesWith('late'),
    (tables) => tables.length === 0,
  );
});

it('deletes in batches, and what is told again of what was deleted makes no rows', async () => {
  await history.tables.query(
    `INSERT INTO call_record (id, account, conversation_id, direction, started_at, ended_at, phase, phase_since, ring_ms, talk_ms, hold_ms)
     SELECT 'b' || i || '-c1', 'batches', 'b' || i, 'INBOUND', now() - interval '40 days', now() - interval '40 days', 'over', now() - interval '40 days', 0, 0, 0
     FROM generate_series(1, 501) AS i`,
  );
  const store = new RetentionStore(history.tables);
  expect([await store.deleteOld('batches', 30), await store.deleteOld('batches', 30), await store.deleteOld('batches', 30)]).toEqual([
    500, 1, 0,
  ]);
  const told = conversation('again', 'short', 40, 40);
  await history.tell(...told.slice(0, -2));
  await store.deleteOld('short', 30);
  await history.tell(...told.slice(-2), ...told);
  expect(await tablesWith('again')).toEqual(['tagging', 'wrap_up']);
  await store.deleteOld('short', 30);
  expect(await tablesWith('again')).toEqual([]);
});
