/**
 * startTransfer as the service does it (facts read, rules decided, all that follows saved, told to the others) against one bare SQL
 * round trip with the very same writes, both open-loop at 200 a second, in alternating rounds on the same PostgreSQL with its
 * usual durability. Nothing else runs: who follows the events has other cores in earnest.
 */
import { fold, isRefusal } from '@cordboard/decider';
import { conversation, noConversation, type Command, type Conversation } from '@cordboard/domain-transfer';
import { Bus } from '@cordboard/platform-messaging';
import { idFor } from '@cordboard/platform-process';
import { openDatabase, parameterOf, Routing, type Commit } from '@cordboard/routing';
import pg from 'pg';
import { figure, quantile } from './lib/figure.mts';
import { startServers } from './lib/servers.mts';

const RATE = 200;
const SECONDS = 4;
const ROUNDS = 3;
const N = RATE * SECONDS;
const at = new Date().toISOString();

const servers = await startServers();
const { url } = servers;
const [database, bus] = [await openDatabase(url), await Bus.connect({ url: servers.natsUrl, name: 'bench' })];
const routing = new Routing(database, bus);
const pool = new pg.Pool({ connectionString: url, options: '-c search_path=routing', max: 16 });

try {
  const service: number[] = [];
  const bare: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const ours = await callsInProgress(`service-${round}`);
    // a call that is talked in has been decided on before: the service remembers it
    for (const call of ours) await routing.conversations.execute(call.conversationId, { account: 'demo' }, () => null);
    const took = await atRate(ours, (call) => start(call));
    const theirs = await commitsOf(await callsInProgress(`bare-${round}`));
    const tookBare = await atRate(
      theirs,
      async (p) => void (await pool.query({ name: 'save', text: 'SELECT save_conversation($1::jsonb)', values: [p] })),
    );
    if (round < 0) continue; // both have run in, as in a service that has been up for a while
    service.push(...took);
    bare.push(...tookBare);
  }
  for (const [name, q] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const)
    figure('command', `startTransfer ${name} at ${RATE}/s`, quantile(service, q), 'ms', quantile(bare, q));
} finally {
  await pool.end();
  await routing.outbox.stop();
  await bus.close();
  await database.close();
  await servers.stop();
}

interface CallInProgress {
  readonly conversationId: string;
  readonly callId: string;
  readonly agentId: string;
  readonly targetId: string;
}

/** N calls that are talked in, each with an agent of its own and an idle colleague, as if they had come about one by one. */
async function callsInProgress(name: string): Promise<readonly CallInProgress[]> {
  const calls = Array.from({ length: N }, (_, i): CallInProgress => {
    const conversationId = idFor(`${name} ${i} ${at}`);
    return { conversationId, callId: `${conversationId}-c1`, agentId: `${name}-from-${i}`, targetId: `${name}-to-${i}` };
  });
  await pool.query(
    `INSERT INTO agent (id, account, name, search, reachable, engaged_by, engaged_as)
     SELECT id, 'demo', id, id, true, by, CASE WHEN by IS NULL THEN NULL ELSE 'IN_CALL' END FROM unnest($1::text[], $2::text[]) AS t(id, by)`,
    [calls.flatMap((call) => [call.agentId, call.targetId]), calls.flatMap((call) => [call.conversationId, null])],
  );
  const states = calls.map(talking);
  await pool.query(
    `INSERT INTO conversation (id, account, version, told, live, state) SELECT id, 'demo', 6, 0, true, state FROM unnest($1::text[], $2::jsonb[]) AS t(id, state)`,
    [calls.map((call) => call.conversationId), states.map((state) => JSON.stringify(state))],
  );
  return calls;
}

function talking({ conversationId, agentId }: CallInProgress): Conversation {
  const past: Command[] = [
    {
      type: 'callCame',
      conversationId,
      account: 'demo',
      legId: `in-${conversationId}`,
      from: '+33611111111',
      number: {
        id: 'main',
        greeting: null,
        next: { step: 0, candidates: [{ agentId, forwardedTo: null }], ringSeconds: 30 },
        voicemail: false,
        voicemailMessage: null,
        message: null,
        language: null,
        music: null,
      },
      at,
    },
    { type: 'acceptOffer', offerId: `${conversationId}-o1`, at },
    { type: 'legAnswered', legId: `${conversationId}-l1`, at },
    { type: 'legAnswered', legId: `in-${conversationId}`, at },
    { type: 'legJoined', legId: `in-${conversationId}`, room: 'main', at },
    { type: 'legJoined', legId: `${conversationId}-l1`, room: 'main', at },
  ];
  return past.reduce((state, command) => {
    const outcome = conversation.decide(state, command);
    if (isRefusal(outcome)) throw new Error(outcome.message);
    return fold(conversation.evolve, state, outcome);
  }, noConversation);
}

async function start(call: CallInProgress): Promise<void> {
  const started = await routing.transfers.start({
    account: 'demo',
    agentId: call.agentId,
    conversationId: call.conversationId,
    callId: call.callId,
    mode: 'COLD',
    target: { agentId: call.targetId },
    note: null,
    idempotencyKey: `key-${call.conversationId}`,
  });
  if (started.is === 'refused') throw new Error(started.refusal.message);
}

/** What the service would save for these calls, taken down instead of saved. */
async function commitsOf(calls: readonly CallInProgress[]): Promise<readonly string[]> {
  const taken: string[] = [];
  const save = routing.store.save.bind(routing.store);
  routing.store.save = async (commit: Commit) => {
    taken.push(parameterOf(commit));
    return { outcome: 'saved', row: null };
  };
  for (const call of calls) await start(call);
  routing.store.save = save;
  return taken;
}

/** Starts one at each tick, whether or not those before are done; what is late counts from when it was due. @returns ms each */
async function atRate<T>(things: readonly T[], work: (thing: T) => Promise<void>): Promise<number[]> {
  const began = performance.now();
  return Promise.all(
    things.map(async (thing, i) => {
      const due = began + (i * 1_000) / RATE;
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      const from = Math.min(due, performance.now()); // a timer may fire up to a millisecond early
      await work(thing);
      return performance.now() - from;
    }),
  );
}
