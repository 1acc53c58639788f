import type { LegEndReason } from '@cordboard/contracts';
import { callerLeaves, goOn, leaves, over, take, withdrawn } from './model.ts';
import { at, conversationOf, legId, of, pick, quiet, said, someLeg, type LegName, type Maker, type Scene, type Stimulus } from './scene.ts';
import type { System } from './system.ts';
import { rung, type Talk, type World } from './world.ts';

/** What a phone that is not picked up makes of an offer. */
const TURNED_DOWN: Partial<Record<LegEndReason, readonly [string, string]>> = {
  rejected: ['REJECTED', 'REJECTED'],
  busy: ['REJECTED', 'BUSY'],
  no_answer: ['TIMED_OUT', 'NO_ANSWER'],
  unreachable: ['RESCINDED', 'TARGET_UNAVAILABLE'],
  invalid_number: ['RESCINDED', 'INVALID_DESTINATION'],
  failed: ['RESCINDED', 'TELEPHONY_ERROR'],
};
const REASONS = Object.keys(TURNED_DOWN) as LegEndReason[];

function ends(w: World, t: Talk, leg: LegName, reason: LegEndReason): void {
  if (leg === 'caller') return callerLeaves(w, t);
  const [outcome, why] = TURNED_DOWN[reason] ?? ['REJECTED', 'REJECTED'];
  const offer = t.offers[leg];
  const who = [t.who, t.transferor].find((one) => one?.leg === leg);
  if (offer?.outcome === null) withdrawn(w, t, [offer], outcome, why);
  else if (who) leaves(w, t, who, why);
}

/** Whoever is rung says yes or no in their app. */
const answersInApp =
  (verb: 'acceptOffer' | 'rejectOffer'): Maker =>
  (scene, dice) => {
    const { id, t, leg = 'caller' } = someLeg(scene, dice, true) ?? {};
    if (id === undefined || leg === 'caller' || !t?.offers[leg]?.agent) return null;
    const predict = (w: World): string => {
      const offer = of(w, id).offers[leg];
      if (!offer || offer.outcome === 'ANSWERED_ELSEWHERE') return 'OFFER_TAKEN';
      if (offer.outcome !== null) return verb === 'acceptOffer' && offer.outcome === 'ACCEPTED' ? 'done' : 'ALREADY_ENDED';
      if (verb === 'acceptOffer') take(of(w, id), offer, false);
      else withdrawn(w, of(w, id), [offer], 'REJECTED', 'REJECTED');
      return 'done';
    };
    const [conversationId, offerId] = [conversationOf(scene, id), `${conversationOf(scene, id)}-o${leg + 1}`];
    const act = (system: System): Promise<string> =>
      system.asked(async ({ calls, conversations }) =>
        said(
          verb === 'rejectOffer'
            ? await calls.happen(conversationId, 'demo', { type: verb, offerId }, { at: at() })
            : await conversations.execute(conversationId, { account: 'demo' }, () => ({ command: { type: verb, offerId, at: at() } })),
        ),
      );
    return { says: `${id}: ${t.offers[leg]?.name} asks for ${verb}`, predict, act };
  };
export const offerIsAccepted = answersInApp('acceptOffer');
export const offerIsRejected = answersInApp('rejectOffer');

export const phoneIsPickedUp: Maker = (scene, dice) => {
  const rings = someLeg(scene, dice, true);
  return rings && pickedUp(scene, rings.id, rings.leg);
};
export function pickedUp(scene: Scene, id: string, leg: LegName): Stimulus {
  const predict = quiet((w) => {
    const t = of(w, id);
    const offer = leg === 'caller' ? undefined : t.offers[leg];
    if (leg === 'caller' && t.phase === 'DIALLING' && t.who)
      Object.assign(t, { phase: 'TALKING', hold: false, who: { ...t.who, up: true } });
    else if (offer?.outcome === null) take(t, offer, true);
    else if (t.who?.leg === leg) t.who.up = true;
  });
  return { says: `${id}: phone ${leg} is picked up`, predict, act: async ({ engine }) => (engine.pickUp(legId(scene, id, leg)), '') };
}

export const phoneTurnsItDown: Maker = (scene, dice) => {
  const { id, leg = 'caller' } = someLeg(scene, dice, true) ?? {};
  const reason = pick(REASONS, dice.how) ?? 'busy';
  if (id === undefined) return null;
  const phone = legId(scene, id, leg);
  const act = async ({ engine }: System): Promise<string> => (
    engine.end(phone, engine.legs.get(phone)?.state === 'up' ? 'hangup' : reason),
    ''
  );
  return { says: `${id}: phone ${leg} is ${reason}`, predict: quiet((w) => ends(w, of(w, id), leg, reason)), act };
};

export const somebodyHangsUp: Maker = (scene, dice) => {
  const { id, leg = 'caller' } = someLeg(scene, dice, false) ?? {};
  if (id === undefined) return null;
  const act = async ({ engine }: System): Promise<string> => (engine.end(legId(scene, id, leg), 'hangup'), '');
  return { says: `${id}: ${leg} hangs up`, predict: quiet((w) => ends(w, of(w, id), leg, 'hangup')), act };
};

export const ringTimeIsOver: Maker = (scene, { which }) => {
  const timer = pick(scene.timers, which);
  const [id] = [...scene.ids].find(([, conversationId]) => conversationId === timer?.subject) ?? [];
  if (!timer || id === undefined) return null;
  const { round } = of(scene.world, id);
  const predict = quiet((w) => {
    const t = of(w, id);
    if (t.round !== round) return;
    if (t.phase === 'DIALLING') callerLeaves(w, t);
    else withdrawn(w, t, rung(t), 'TIMED_OUT', 'NO_ANSWER');
  });
  return {
    says: `${id}: the ring time is over`,
    predict,
    act: async (system) => (await system.surely(({ timers }) => timers.fire(timer)), ''),
  };
};

export const announcementIsOver: Maker = (scene, { which }) => {
  const talks = Object.entries(scene.world.talks).filter(([, t]) => t.phase === 'GREETING' || t.phase === 'MACHINE');
  const [id, before] = pick(talks, which) ?? [];
  if (id === undefined || !before) return null;
  const predict = quiet((w) => {
    const t = of(w, id);
    if (t.announced !== before.announced) return;
    if (t.phase === 'GREETING') goOn(w, t);
    else if (t.phase === 'MACHINE') over(w, t);
  });
  const announcement = `${conversationOf(scene, id)}-a${before.announced}`;
  const act = async ({ engine }: System): Promise<string> => {
    for (const leg of engine.legs.values()) if (leg.hearing?.id === announcement) engine.announcementEnds(leg.legId);
    return '';
  };
  return { says: `${id}: the ${before.says} is over`, predict, act };
};
