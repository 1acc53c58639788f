/**
 * From a change to every screen: 2,000 agents, each watching all of them, choose a status, five a second; counted from before the mutation is sent
 * until each app has the change. All are delivered, or the bench fails. `--agents=2000 --changes=100`
 */
import { eventually } from '@cordboard/testing';
import { startStack } from '@cordboard/tools/stack';
import { figure, flag, quantile } from './lib/figure.mts';
import { Apps, people } from './lib/live/people.mts';

const AGENTS = flag('agents', 2_000);
const CHANGES = flag('changes', 100);
const EVERY = 200;

const stack = await startStack({});
try {
  const agents = await people(stack, AGENTS);
  const documents = [
    'subscription { presence { ... on PresenceSnapshot { agents { id presence { availability version } } cursor } ... on PresenceChanged { agent { id presence { status availability reason since version } } cursor } } }',
  ];
  const apps = await Apps.open({ url: stack.wsUrl, apps: agents, documents });
  const answered: number[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    const { token } = agents[(i * 7_919) % AGENTS] ?? { token: '' };
    const began = performance.now();
    const reason = `t${performance.timeOrigin + began}`;
    const answer = await fetch(stack.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query: 'mutation($reason: String) { setStatus(status: BUSY, reason: $reason) { __typename } }',
        variables: { reason },
      }),
    });
    if (!((await answer.json()) as { data?: unknown }).data) throw new Error('a status could not be chosen');
    answered.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY - (performance.now() - began))));
  }
  let latencies: readonly number[] = [];
  await eventually(
    async () => (latencies = latencies.concat(await apps.latencies())).length,
    (many) => many === AGENTS * CHANGES,
    30_000,
  );
  figure('presence', `delivered, ${AGENTS} agents to ${AGENTS} apps`, latencies.length, 'changes', AGENTS * CHANGES);
  figure('presence', 'change to screen p50', quantile(latencies, 0.5), 'ms', quantile(answered, 0.5));
  figure('presence', 'change to screen p99', quantile(latencies, 0.99), 'ms', quantile(answered, 0.99));
  apps.end();
} finally {
  await stack.stop();
}
