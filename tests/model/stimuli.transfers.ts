import { start, type Target } from './beginnings.ts';
import { BLOCKED, CALLER, CONTACTS, LINES, NAMES, NOWHERE, OUTSIDE, TEAMS } from './cast.ts';
import { cancel, settled } from './model.ts';
import { at, callOf, conversationOf, live, of, pick, said, type Maker, type Scene, type Stimulus } from './scene.ts';
import { pickedUp } from './stimuli.phones.ts';
import type { System } from './system.ts';
import { isFree, mayHave, pending, rung, type World } from './world.ts';

const TARGETS: readonly Target[] = [
  ...NAMES.flatMap((agentId) => [{ agentId }, { agentId }]),
  ...(Object.keys(TEAMS) as (keyof typeof TEAMS)[]).flatMap((teamId) => [{ teamId }, { teamId }]),
  ...Object.keys(LINES).map((numberId) => ({ numberId })),
  ...Object.keys(CONTACTS).map((contactId) => ({ contactId })),
  ...[OUTSIDE, OUTSIDE, BLOCKED, NOWHERE, CALLER, LINES['support']?.e164 ?? ''].map((phoneNumber) => ({ phoneNumber })),
];

export const transferStarts: Maker = (scene, { which, how }) => {
  const target = pick(TARGETS, how >>> 1) ?? { agentId: 'bob' };
  const key = (how >>> 9) % 3 === 0 ? `key${which % 4}` : null;
  return handOver(scene, { which, mode: how % 2 === 0 ? 'COLD' : 'WARM', target, key });
};

interface Asked {
  readonly which: number;
  readonly mode: 'COLD' | 'WARM';
  readonly target: Target;
  readonly key: string | null;
}
/** Hands a call over; with a key, perhaps for the second time. */
function handOver(scene: Scene, { which, mode, target, key }: Asked): Stimulus | null {
  const talks = live(scene).filter(([, t]) => t.calls.at(-1)?.agent);
  const talking = talks.filter(([, t]) => t.phase === 'TALKING');
  const [id, now] = pick(talking, which) ?? pick(talks, which) ?? [];
  const agentId = now?.calls.at(-1)?.agent;
  if (id === undefined || !agentId) return null;
  const { n, callId } = callOf(scene, id);
  const hash = JSON.stringify([callId, mode, target]);
  const predict = (w: World): string => {
    const [t, known] = [of(w, id), w.keys[`${agentId}/${key}`]];
    if (key !== null && known) return known.hash === hash ? known.answer : 'IDEMPOTENCY_KEY_REUSED';
    const answer = t.calls[n]?.over === false ? start(w, t, mode, target) : 'ALREADY_ENDED';
    if (answer !== 'done') return answer;
    const started = `${id}-t${t.transfers.length}`;
    if (key !== null) w.keys[`${agentId}/${key}`] = { hash, answer: started };
    return started;
  };
  const conversationId = conversationOf(scene, id);
  const asked = { account: 'demo', agentId, conversationId, callId, mode, target, note: null, idempotencyKey: key };
  const act = (system: System): Promise<string> =>
    system.asked(async ({ transfers }) => {
      const started = await transfers.start(asked);
      return started.is === 'refused' ? started.refusal.refused : started.transfer.id.replace(conversationId, id);
    });
  return { says: `${id}: ${agentId} transfers ${mode} to ${JSON.stringify(target)}${key ? ` with ${key}` : ''}`, predict, act };
}

/** The next step of a call that is handed on and on: to a colleague who is free, whose phone is picked up then. */
export function handedOn(scene: Scene, which: number): Stimulus | null {
  const [id, t] = live(scene).find(([, one]) => one.phase === 'SENDING' && rung(one)[0]?.agent) ?? [];
  if (id !== undefined && t)
    return pickedUp(
      scene,
      id,
      t.offers.findIndex((offer) => offer.outcome === null),
    );
  const free = NAMES.filter((agent) => isFree(scene.world, agent) && mayHave('COLD', scene.world.people[agent]));
  const agentId = pick(free, which);
  return agentId ? handOver(scene, { which: 0, mode: 'COLD', target: { agentId }, key: null }) : null;
}

const VERBS = ['switchParty', 'switchParty', 'completeTransfer', 'completeTransfer', 'cancelTransfer'] as const;

export const transferIsSettled: Maker = (scene, { which, how }) => {
  const talks = Object.entries(scene.world.talks).filter(([, one]) => one.transfers.length > 0);
  const unsettled = talks.filter(([, one]) => pending(one));
  const [id, now] = pick(unsettled, which) ?? pick(talks, which) ?? [];
  if (id === undefined || !now) return null;
  const [n, to, verb] = [now.transfers.length - 1, how % 2 === 0 ? 'CALLER' : 'TARGET', pick(VERBS, how >>> 1) ?? 'switchParty'] as const;
  const predict = (w: World): string => {
    const t = of(w, id);
    const transfer = t.transfers[n];
    if (verb === 'cancelTransfer') return cancel(w, t, transfer);
    const isWarm = transfer === pending(t) && (t.phase === 'CALLING' || t.phase === 'CONSULTING');
    if (isWarm && verb === 'switchParty') t.talkingTo = to;
    else if (isWarm) settled(w, t);
    else if (verb === 'switchParty') return transfer === pending(t) ? 'NOT_READY' : 'ALREADY_ENDED';
    else if (transfer !== pending(t) && transfer?.status !== 'COMPLETED') return 'ALREADY_ENDED';
    return 'done';
  };
  const transferId = `${conversationOf(scene, id)}-t${n + 1}`;
  const act = (system: System): Promise<string> =>
    system.asked(async ({ conversations, transfers }) =>
      said(
        await conversations.execute(conversationOf(scene, id), { account: 'demo' }, (state) => {
          if (verb === 'cancelTransfer') return transfers.cancelling(state, transferId, at());
          return { command: verb === 'switchParty' ? { type: verb, transferId, to, at: at() } : { type: verb, transferId, at: at() } };
        }),
      ),
    );
  return { says: `${id}: the transferor asks for ${verb}${verb === 'switchParty' ? ` ${to}` : ''}`, predict, act };
};
