/**
 * One of the routing processes that race. It opens routing as the service does, over the database and NATS of its environment, and
 * does at once what its parent asks for; see races.mts.
 */
import { hearEachOther, isOver, ringing, type Command } from '@cordboard/domain-transfer';
import { Bus } from '@cordboard/platform-messaging';
import { openDatabase, Routing } from '@cordboard/routing';
import pg from 'pg';
import type { Asked, Round } from './races.mts';

const ACCOUNT = 'demo';
const { DATABASE_URL = '', NATS_URL = '', NAME = 'racer' } = process.env;
const routing = new Routing(await openDatabase(DATABASE_URL), await Bus.connect({ url: NATS_URL, name: NAME }));
routing.start();
const pool = new pg.Pool({ connectionString: DATABASE_URL, options: '-c search_path=routing', max: 8 });
await Promise.all(Array.from({ length: 8 }, () => pool.query('SELECT 1')));

/** How often somebody else's commit was found between this process's decision and its own: the races that were really run. */
let overtaken = 0;
const save = routing.store.save.bind(routing.store);
routing.store.save = async (commit) => {
  const saved = await save(commit);
  if (saved.outcome === 'conflict' || saved.outcome === 'agents') overtaken += 1;
  return saved;
};

const at = (): string => new Date().toISOString();
const execute = (id: string, command: Command) => routing.conversations.execute(id, { account: ACCOUNT }, () => ({ command }));
const accept = (id: string, offerId: string) => execute(id, { type: 'acceptOffer', offerId, at: at() });
const stateOf = async (id: string) => {
  const stored = await routing.conversations.current(id);
  if (!stored) throw new Error(`no conversation ${id}`);
  return stored.state;
};

/** The engine picks these legs up and brings them together. */
async function connect(id: string, ...legIds: readonly string[]): Promise<void> {
  for (const legId of legIds) {
    await execute(id, { type: 'legAnswered', legId, at: at() });
    await execute(id, { type: 'legJoined', legId, room: 'main', at: at() });
  }
}

/** A call comes in, and is answered and handed over if the race is about a transfer. */
async function prepare({ id, caller, number, mode, agentIds: [from = '', to = ''] }: Round): Promise<void> {
  const cursor = { source: 'telephony', key: caller, from: 1, seq: 1 };
  await routing.calls.came(ACCOUNT, { conversationId: id, legId: caller, from: '+33611111111', to: number, at: at() }, cursor);
  if (mode === null) return;
  await accept(id, `${id}-o1`);
  await connect(id, caller, `${id}-l1`);
  const started = await routing.transfers.start({
    account: ACCOUNT,
    agentId: from,
    conversationId: id,
    callId: `${id}-c1`,
    mode,
    target: { agentId: to },
    note: null,
    idempotencyKey: `key-${id}`,
  });
  if (started.is === 'refused') throw new Error(started.refusal.message);
}

/** The engine confirms what was decided, and whoever is rung by then answers. @returns what has become of the caller */
async function finish({ id, caller }: Round): Promise<'talks' | 'gone' | 'lost'> {
  const [still] = ringing(await stateOf(id)).filter((offer) => offer.kind === 'TRANSFER_RETURN');
  if (still) await accept(id, still.id);
  const { situation } = await stateOf(id);
  if (situation.is === 'connecting') await connect(id, caller, situation.legId);
  for (const { legId } of (await stateOf(id)).ending)
    await routing.calls.happen(id, ACCOUNT, { type: 'legEnded', legId, reason: 'hangup' }, { at: at() });
  const state = await stateOf(id);
  if (state.situation.is === 'talking') return hearEachOther(state, state.situation.legId) ? 'talks' : 'lost';
  return isOver(state) ? 'gone' : 'lost';
}

/** As a beginner would: look, then write. */
async function naively(id: string): Promise<boolean> {
  const { rows } = await pool.query<{ winner: string | null }>('SELECT winner FROM naive WHERE id = $1', [id]);
  if (rows[0]?.winner) return false;
  await pool.query('UPDATE naive SET winner = $2 WHERE id = $1', [id, NAME]);
  return true;
}

async function answer(asked: Asked): Promise<unknown> {
  switch (asked.do) {
    case 'hear':
      return routing.database.transaction(async (tx) => {
        for (const event of asked.events) await routing.directory.apply(tx, ACCOUNT, event);
      });
    case 'prepare':
      return prepare(asked.round);
    case 'know':
      return void (await routing.conversations.execute(asked.round.id, { account: ACCOUNT }, () => null));
    case 'accept':
      return (await accept(asked.round.id, asked.offerId)).is;
    case 'cancel':
      return (
        await execute(asked.round.id, {
          type: 'cancelTransfer',
          transferId: `${asked.round.id}-t1`,
          transferorIsFree: false, // asked of cold ones alone
          ringSeconds: 30,
          at: at(),
        })
      ).is;
    case 'callerHangsUp':
      return (
        await routing.calls.happen(
          asked.round.id,
          ACCOUNT,
          { type: 'legEnded', legId: asked.round.caller, reason: 'hangup' },
          { at: at(), cursor: { source: 'telephony', key: asked.round.caller, from: 2, seq: 2 } },
        )
      ).is;
    case 'ringTimeEnds':
      return (await routing.calls.happen(asked.round.id, ACCOUNT, { type: 'ringTimeEnded', group: 2 }, { at: at() })).is;
    case 'finish':
      return finish(asked.round);
    case 'naively':
      return naively(asked.round.id);
    case 'overtaken':
      return overtaken;
    case 'stop':
      await pool.end();
      return routing.stop();
  }
}

process.on('message', ({ n, asked }: { n: number; asked: Asked }) => {
  answer(asked).then(
    (value) => process.send?.({ n, value }),
    (error: Error) => process.send?.({ n, error: error.stack }),
  );
});
process.once('disconnect', () => process.exit(1));
process.send?.('ready');
