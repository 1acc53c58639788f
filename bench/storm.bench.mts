/**
 * The gateway is killed under 10,000 sockets and started again: how long until every app has its socket and what it subscribes to again, counted
 * from the kill. Apps come back as @cordboard/client does. Against 15 seconds. `--sockets=10000 --agents=2000`
 */
import { startStack } from '@cordboard/tools/stack';
import { figure, flag } from './lib/figure.mts';
import { Apps, people } from './lib/live/people.mts';

const SOCKETS = flag('sockets', 10_000);
const AGENTS = flag('agents', 2_000);
const GOAL = 15_000;

const stack = await startStack({ env: { MOST_SOCKETS_OF_AGENT: '64' } });
try {
  const agents = await people(stack, AGENTS);
  const apps = Array.from({ length: SOCKETS }, (_, i) => agents[i % AGENTS]).flatMap((app) => app ?? []);
  const documents = [
    'subscription { presence(agentIds: [$self]) { ... on PresenceSnapshot { agents { id presence { availability version } } cursor } ... on PresenceChanged { agent { id presence { availability version } } cursor } } }',
  ];
  const open = await Apps.open({ url: stack.wsUrl, apps, documents });
  const before = (await open.count()).attempts;
  const killed = performance.now();
  await stack.kill('gateway');
  await stack.restart('gateway');
  const restarted = performance.now() - killed;
  let half = 0;
  for (;;) {
    const { there } = await open.count();
    const passed = performance.now() - killed;
    if (half === 0 && there >= SOCKETS / 2 && passed > restarted) half = passed;
    if (half > 0 && there === SOCKETS) break;
    if (passed > 120_000) throw new Error(`after two minutes ${there} of ${SOCKETS} are back`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const all = performance.now() - killed;
  figure('storm', `the gateway is there again`, restarted, 'ms', GOAL);
  figure('storm', `half of ${SOCKETS} apps are back`, half, 'ms', GOAL);
  figure('storm', `all of ${SOCKETS} apps are back`, all, 'ms', GOAL);
  figure('storm', 'attempts', (await open.count()).attempts - before, 'sockets opened', SOCKETS);
  open.end();
} finally {
  await stack.stop();
}
