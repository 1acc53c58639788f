// @ts-check
/**
 * After a cold transfer the agent who transferred is UNAVAILABLE for a while, to take notes: rule S35, by a webhook. See README.md.
 * Reads WEBHOOK_SECRET, CORDBOARD_URL, CORDBOARD_TOKEN (a supervisor's or an administrator's), and PORT, HOST, NOTES_SECONDS.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const { WEBHOOK_SECRET, CORDBOARD_URL, CORDBOARD_TOKEN, PORT = '8700', HOST = '127.0.0.1', NOTES_SECONDS = '30' } = process.env;
if (!WEBHOOK_SECRET || !CORDBOARD_URL || !CORDBOARD_TOKEN) {
  console.error('Set WEBHOOK_SECRET, CORDBOARD_URL and CORDBOARD_TOKEN.');
  process.exit(1);
}
const webhook = new Webhook(WEBHOOK_SECRET);

/** What we give as the reason: by it we know later that the status is still the one that we set. */
const REASON = 'notes after a transfer';
/** Events are told at least once: those that were seen, the latest thousand. @type {Set<string>} */
const seen = new Set();

const server = createServer(async (request, response) => {
  const body = await text(request);
  let event;
  try {
    event = webhook.verify(body, /** @type {Record<string, string>} */ (request.headers));
  } catch {
    return response.writeHead(401).end(); // not from Cordboard, or too old
  }
  const id = String(request.headers['webhook-id']);
  if (seen.has(id)) return response.writeHead(204).end();
  try {
    await take(/** @type {{ type: string, data: any }} */ (event));
    remember(id);
    response.writeHead(204).end();
  } catch (error) {
    console.error(error);
    response.writeHead(500).end(); // it will be told again
  }
});

/** @param {{ type: string, data: any }} event */
async function take({ type, data }) {
  if (type !== 'call.transferred' || data.transfer.mode !== 'COLD') return;
  const agentId = data.transfer.transferorId;
  await setStatus(agentId, 'UNAVAILABLE', REASON);
  console.log(`${agentId} takes notes`);
  setTimeout(() => void back(agentId).catch(console.error), Number(NOTES_SECONDS) * 1000);
}

/** Back to AVAILABLE, unless the agent has chosen something else meanwhile. @param {string} agentId */
async function back(agentId) {
  const { agent } = await ask('query($id: ID!) { agent(id: $id) { presence { status reason } } }', { id: agentId });
  const { status, reason } = agent.presence;
  if (status !== 'UNAVAILABLE' || reason !== REASON) return console.log(`${agentId} is ${status} by choice`);
  await setStatus(agentId, 'AVAILABLE', null);
  console.log(`${agentId} is back`);
}

/** @param {string} agentId @param {string} status @param {string | null} reason */
async function setStatus(agentId, status, reason) {
  const mutation =
    'mutation($agentId: ID!, $status: ChosenStatus!, $reason: String) { setStatus(agentId: $agentId, status: $status, reason: $reason) { ... on Refused { message } } }';
  const { setStatus: refused } = await ask(mutation, { agentId, status, reason });
  if (refused.message) throw new Error(refused.message);
}

/** @param {string} query @param {object} variables @returns {Promise<any>} */
async function ask(query, variables) {
  const answer = await fetch(/** @type {string} */ (CORDBOARD_URL), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${CORDBOARD_TOKEN}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** @param {string} id */
function remember(id) {
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > 1000 && oldest) seen.delete(oldest);
}

server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST}:${PORT}/`));
