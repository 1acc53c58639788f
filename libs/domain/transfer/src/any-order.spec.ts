import fc from 'fast-check';
import { isRefusal } from '@cordboard/decider';
import {
  conversation,
  engagements,
  isOver,
  noConversation,
  ringing,
  wiring,
  type Command,
  type Conversation,
  type Event,
} from './index.ts';
import { at, call, dialled, HELLO, internal, K, startCold, startWarm, support, toNumber, toOutside } from './cast.ts';

/** What is read just before a command, at its best or at its worst. */
const facts = (good: boolean) => ({
  at,
  transferorAvailable: good,
  ringSeconds: 30,
  number: support(good ? ['carol'] : [], { voicemail: good }),
});
const REASONS = ['hangup', 'busy', 'rejected', 'no_answer', 'failed', 'lost', 'unreachable'] as const;

/** Anything that can happen to a conversation, in any order: numbers choose among what there is then. */
/** What carries a story on comes more often than what ends it. */
const OFTEN = [0, 0, 0, 0, 0, 0, 4, 4, 5, 5, 5, 5, 6, 6, 7, 8, 16, 16, 17, 17, 18, 19] as const;
const happening = fc.record({
  what: fc.oneof(fc.constantFrom(...OFTEN), fc.nat(19)),
  which: fc.nat(7),
  flag: fc.boolean(),
  reason: fc.constantFrom(...REASONS),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function commandOf(state: Conversation, { what, which, flag, reason }: Happening): Command {
  const pick = <T>(things: readonly T[]): T | undefined => things[which % Math.max(1, things.length)];
  const legId = pick([state.caller?.id ?? 'in1', ...state.legs.map((leg) => leg.id), ...state.ending.map((leg) => leg.legId)]) ?? 'in1';
  const offerId = (flag ? (pick(ringing(state)) ?? pick(state.offers)) : pick(state.offers))?.id ?? `${K}-o1`;
  const transferId = state.transfers.at(-1)?.id ?? `${K}-t1`;
  const callId = state.calls.at(-1)?.id ?? `${K}-c1`;
  const commands: readonly Command[] = [
    { type: 'acceptOffer', offerId, at },
    { type: 'rejectOffer', offerId, ...facts(flag) },
    { type: 'ringTimeEnded', group: pick(ringing(state))?.group ?? 1, ...facts(flag) },
    { type: 'agentUnavailable', agentId: pick(state.offers)?.agentId ?? 'alice', ...facts(flag) },
    { ...startCold(...(flag ? ['bob'] : ['carol', 'dan'])), callId } as Command,
    { ...startWarm(...(flag ? ['bob'] : ['carol', 'dan'])), callId } as Command,
    { type: 'switchParty', transferId, to: flag ? 'CALLER' : 'TARGET', at },
    { type: 'completeTransfer', transferId, at },
    { type: 'cancelTransfer', transferId, transferorIsFree: flag, ringSeconds: 30, at },
    { type: flag ? 'holdCall' : 'resumeCall', callId, agentId: which > 5 ? 'bob' : 'alice', at },
    { type: 'hangUp', callId, agentId: which > 5 ? null : 'alice', at },
    { type: 'legAnswered', legId, at },
    { type: 'legJoined', legId, room: flag ? 'main' : 'consultation', at },
    { type: 'legLeft', legId, at },
    { type: 'legHeld', legId, held: flag, at },
    { type: 'legEnded', legId, reason, ...facts(flag) },
    {
      ...toNumber(which % 2 === 0 ? 'COLD' : 'WARM', support(flag ? ['bob'] : [], { greeting: which > 4 ? HELLO : null })),
      callId,
    } as Command,
    { ...toOutside(flag ? 'COLD' : 'WARM'), callId } as Command,
    { type: 'announcementBegan', announcementId: `${K}-a${state.announced}`, at },
    { type: 'announcementEnded', announcementId: `${K}-a${state.announced}`, whole: which > 2, ...facts(flag) },
  ];
  return commands[what] as Command;
}

/** The engine does what the wiring says: without it, hardly any story would get far. */
function engineObeys(state: Conversation): Command[] {
  return wiring(state).legs.flatMap(({ legId, want }): Command[] => {
    const engine = [state.caller, ...state.legs].find((leg) => leg?.id === legId)?.engine;
    if (!engine || want.as === 'ringing' || want.as === 'waiting') return [];
    const up: Command[] = engine.as === 'up' ? [] : [{ type: 'legAnswered', legId, at }];
    if (want.as === 'hearing') return [...up, { type: 'announcementBegan', announcementId: want.announcement.id, at }];
    if (want.as === 'held') return [...up, { type: 'legHeld', legId, held: true, at }];
    return want.as === 'talking'
      ? [...up, { type: 'legHeld', legId, held: false, at }, { type: 'legJoined', legId, room: want.room, at }]
      : up;
  });
}

const TERMINAL: ReadonlySet<Event['type']> = new Set<Event['type']>(['transferCompleted', 'transferReturned', 'transferEnded']);

/** What never holds, whatever happened. */
function wrongs(state: Conversation, past: readonly Event[]): string[] {
  const { situation } = state;
  const live = state.calls.filter((c) => c.ended === null);
  const held = engagements(state);
  const wrong: [boolean, string][] = [
    [state.transfers.filter((t) => t.endedAt === null).length > 1, 'two transfers are pending'],
    [
      state.transfers.some((t) => past.filter((e) => TERMINAL.has(e.type) && 'transferId' in e && e.transferId === t.id).length > 1),
      'a transfer ended twice',
    ],
    [
      state.transfers.some(
        (t) => (t.endedAt !== null) !== past.some((e) => TERMINAL.has(e.type) && 'transferId' in e && e.transferId === t.id),
      ),
      'a transfer has ended without its event',
    ],
    [state.calls.some((c) => past.filter((e) => e.type === 'callEnded' && e.callId === c.id).length > 1), 'a call ended twice'],
    [state.offers.some((o) => past.filter((e) => e.type === 'offerEnded' && e.offerId === o.id).length > 1), 'an offer ended twice'],
    [
      [...held].some(([agentId, as]) => as !== 'RESERVED' && ![state.caller, ...state.legs].some((leg) => leg?.agentId === agentId)),
      'an agent is engaged without a leg',
    ],
    [
      state.legs.some((leg) => leg.agentId !== null && (held.get(leg.agentId) ?? 'RESERVED') === 'RESERVED'),
      'an agent has a leg and is not engaged',
    ],
    [ringing(state).some((o) => !state.legs.some((leg) => leg.id === o.legId)), 'an offer rings without a leg'],
    [new Set(ringing(state).map((o) => o.group)).size > 1, 'two groups ring at once'],
    [state.legs.some((leg) => state.ending.some((ending) => ending.legId === leg.id)), 'a leg lives and ends'],
    [state.caller !== null && (situation.is === 'ended' || situation.is === 'colleagues'), 'a caller is left alone'],
    [situation.is === 'ended' && (state.legs.length > 0 || ringing(state).length > 0), 'something goes on after the end'],
    [
      live.length !== (situation.is === 'ended' || situation.is === 'colleagues' || situation.is === 'nothing' ? 0 : 1),
      `${live.length} calls live while ${situation.is}`,
    ],
    [live.length > 0 && state.caller === null, 'a call goes on without its caller'],
    [situation.is === 'talking' && !state.legs.some((leg) => leg.id === situation.legId), 'somebody talks without a leg'],
    [
      (situation.is === 'transferring' || situation.is === 'returning' || situation.is === 'ringing' || situation.is === 'calling') &&
        ringing(state).length === 0,
      'nobody rings, and nothing is made of it',
    ],
    [situation.is === 'talking' && state.transfers.some((t) => t.endedAt === null), 'a transfer is pending while they talk again'],
    [
      situation.is === 'announcing' && (situation.transferId !== null) !== state.transfers.some((t) => t.endedAt === null),
      'an announcement and its transfer disagree',
    ],
    [
      state.transfers.some(
        (t) =>
          t.target.kind === 'NUMBER' &&
          state.offers.some((o) => o.transferId === t.id && o.kind === 'TRANSFER_RETURN' && t.status !== 'CANCELLED'),
      ),
      'S19 a call came back from a Number',
    ],
    [situation.is === 'ended' && state.transfers.some((t) => t.endedAt === null), 'a transfer is pending after the end'],
  ];
  return wrong.flatMap(([is, what]) => (is ? [what] : []));
}

describe('whatever happens, in any order', () => {
  it('no call, caller, leg, offer or transfer is lost, left over or ended twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(happening, fc.boolean()), { maxLength: 60 }),
        fc.constantFrom(call('alice'), call('alice', 'dan'), call(), dialled, internal),
        (happenings, beginning) => {
          let state = noConversation;
          const past: Event[] = [];
          const give = (command: Command): void => {
            const outcome = conversation.decide(state, command);
            if (isRefusal(outcome)) return;
            state = outcome.reduce(conversation.evolve, state);
            past.push(...outcome);
            expect({ command, wrong: wrongs(state, past), state }).toEqual({ command, wrong: [], state });
          };
          give(beginning);
          for (const [next, obeys] of happenings) {
            give(commandOf(state, next));
            if (obeys) for (const told of engineObeys(state)) give(told);
          }
          // everybody hangs up in the end: nothing is left
          for (let i = 0; i < 80 && !isOver(state); i += 1) {
            const legId = state.ending[0]?.legId ?? state.caller?.id ?? state.legs[0]?.id;
            if (legId) give({ type: 'legEnded', legId, reason: 'hangup', ...facts(false) });
          }
          expect(isOver(state)).toBe(true);
          expect(engagements(state).size).toBe(0);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
