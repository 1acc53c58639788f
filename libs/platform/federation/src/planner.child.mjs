// @ts-check
/**
 * The process that plans, started by planner-process.ts. It lies beside the bundle of a service under the same name, and therefore is plain
 * JavaScript that needs the planner and Node alone. Messages: `{ sdl, planMs, maxRssBytes, maxPlanBytes }` once, answered with `{ ready: apiSdl }`
 * or `{ failed }`; then `{ operation, operationName }`, one at a time, answered with `{ plan }` (JSON) or `{ error }`.
 */
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { Worker } from 'node:worker_threads';

/** The gateway alone ends this process: a signal that its whole process group gets must not end planning while the gateway drains. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));

/** Whether a plan is being made, for the watchdog: its number while it is, 0 while not. */
const planning = new Int32Array(new SharedArrayBuffer(4));

/**
 * Native code that does not return can neither be interrupted nor notice that the gateway has gone: a thread ends the process when one plan
 * takes too long or too much memory.
 */
const WATCHDOG = `
const { workerData: { planning, planMs, maxRssBytes } } = require('node:worker_threads');
for (;;) {
  Atomics.wait(planning, 0, 0);
  const current = Atomics.load(planning, 0);
  const begun = Date.now();
  while (current !== 0 && Atomics.wait(planning, 0, current, 50) === 'timed-out')
    if (Date.now() - begun > planMs || process.memoryUsage.rss() > maxRssBytes) process.kill(process.pid, 'SIGABRT');
}`;

/** @type {QueryPlanner | undefined} */
let planner;
let maxPlanBytes = 0;
let count = 0;

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {object} answer */
const send = (answer) => void process.send?.(answer, () => undefined);

/** @param {{ sdl: string, planMs: number, maxRssBytes: number, maxPlanBytes: number }} settings */
function start(settings) {
  try {
    planner = new QueryPlanner(settings.sdl);
    maxPlanBytes = settings.maxPlanBytes;
    const { planMs, maxRssBytes } = settings;
    const workerData = { planning, planMs, maxRssBytes };
    new Worker(WATCHDOG, { eval: true, workerData, resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 } }).unref();
    send({ ready: planner.consumerSchema });
  } catch (error) {
    send({ failed: messageOf(error) });
  }
}

/** @param {{ operation: string, operationName: string | null }} asked */
function plan({ operation, operationName }) {
  count = (count % 1_000_000) + 1;
  Atomics.store(planning, 0, count);
  Atomics.notify(planning, 0);
  try {
    const json = JSON.stringify(planner?.plan(operation, operationName, new Set(), 0));
    send(json.length > maxPlanBytes ? { error: 'its plan is too large' } : { plan: json });
  } catch (error) {
    send({ error: messageOf(error) });
  } finally {
    Atomics.store(planning, 0, 0);
    Atomics.notify(planning, 0);
  }
}

process.on('message', (/** @type {any} */ message) => ('sdl' in message ? start(message) : plan(message)));
