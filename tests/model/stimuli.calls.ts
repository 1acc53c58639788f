import { AGENTS, BLOCKED, CALLER, LINES, NAMES, NOWHERE, OUTSIDE } from './cast.ts';
import { callAgent, callIn, dial } from './beginnings.ts';
import { hangUp, noLongerRung } from './model.ts';
import type { Begun } from './routing.ts';
import { at, callOf, conversationOf, live, of, pick, quiet, said, type Maker, type Scene } from './scene.ts';
import type { Process, System } from './system.ts';
import type { World } from './world.ts';

const TO = ['main', 'main', 'main', 'main', 'main', 'support', 'support', 'queue', 'queue', 'shut', 'empty', 'nobody'];

export const callComes: Maker = (scene, { which }) => {
  if (live(scene).length > 2) return null;
  const to = LINES[pick(TO, which) ?? '']?.e164 ?? '+33199999999';
  const [id, conversationId] = [scene.label, `k${scene.label.padStart(19, '0')}`];
  const act = async ({ engine }: System): Promise<string> => {
    scene.ids.set(id, conversationId);
    engine.incoming(`in-${id}`, conversationId, CALLER, to);
    return '';
  };
  return { says: `${id}: a caller dials ${to}`, predict: quiet((w) => callIn(w, id, CALLER, to)), act };
};

const begins = (scene: Scene, work: (process: Process) => Promise<Begun>) => (system: System) =>
  system.asked(async (process) => {
    const begun = await work(process);
    if (begun.is === 'begun') scene.ids.set(scene.label, begun.state.id);
    return begun.is === 'refused' ? begun.refusal.refused : 'done';
  });

export const agentDials: Maker = (scene, { which, how }) => {
  const [agent = 'alice', to = OUTSIDE] = [pick(NAMES, which), pick([OUTSIDE, OUTSIDE, BLOCKED, NOWHERE, '+33187000001'], how)];
  const act = begins(scene, (process) => process.dial.dial('demo', agent, { to, fromNumberId: null }));
  return { says: `${scene.label}: ${agent} dials ${to}`, needsAnswer: true, predict: (w) => dial(w, scene.label, agent, to), act };
};

export const agentCalls: Maker = (scene, { which, how }) => {
  const [agent = 'alice', colleague = 'bob'] = [pick(NAMES, which), pick(NAMES, how)];
  const predict = (w: World): string => callAgent(w, scene.label, agent, colleague);
  const act = begins(scene, (process) => process.dial.callAgent('demo', agent, colleague));
  return { says: `${scene.label}: ${agent} calls ${colleague}`, needsAnswer: true, predict, act };
};

const STATUSES = ['AVAILABLE', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE', 'TRANSFERS_ONLY', 'BUSY', 'UNAVAILABLE'] as const;

export const standingChanges: Maker = (_, { which, how }) => {
  const agent = pick(Object.keys(AGENTS) as (keyof typeof AGENTS)[], which) ?? 'alice';
  const is = { status: pick(STATUSES, how) ?? 'AVAILABLE', reachable: (how >>> 4) % 10 !== 0, wrapUp: (how >>> 8) % 10 === 0 };
  const { status, reachable, wrapUp: inWrapUp } = is;
  const predict = quiet((w) => void Object.assign(w.people[agent], is));
  const follows = (w: World): void => noLongerRung(w, agent);
  const act = async (system: System): Promise<string> => (await system.stands(agent, { status, reachable, inWrapUp }), '');
  return { one: agent, says: `${agent} is now ${JSON.stringify(is)}`, predict, follows, act };
};

export const callIsHeld: Maker = (scene, { which, how }) => {
  const [id, now] = pick(live(scene), which) ?? [];
  const verb = pick(['holdCall', 'holdCall', 'resumeCall', 'resumeCall', 'hangUp'] as const, how) ?? 'holdCall';
  const [agent, colleague] = [now?.calls.at(-1)?.agent ?? null, now?.caller.agent ?? null];
  const by = (how >>> 6) % 3 === 0 ? colleague : agent;
  if (id === undefined || (verb !== 'hangUp' && by === null)) return null; // who is outside has no app
  const { n, callId } = callOf(scene, id);
  const predict = (w: World): string => {
    const t = of(w, id);
    if (t.calls[n]?.over !== false) return 'ALREADY_ENDED';
    if (verb === 'hangUp') return hangUp(w, t, by);
    if (t.phase !== 'TALKING') return 'NOT_READY';
    t[by === t.caller.agent ? 'callerHolds' : 'hold'] = verb === 'holdCall';
    return 'done';
  };
  const command = () => ({
    command: verb === 'hangUp' ? { type: verb, callId, agentId: by, at: at() } : { type: verb, callId, agentId: by ?? '', at: at() },
  });
  const act = (system: System): Promise<string> =>
    system.asked(async ({ conversations }) => said(await conversations.execute(conversationOf(scene, id), { account: 'demo' }, command)));
  return { says: `${id}: ${by ?? 'a supervisor'} asks for ${verb}`, predict, act };
};
