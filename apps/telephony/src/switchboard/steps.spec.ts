import type { Room, Wiring } from '@cordboard/contracts';
import { newLeg, type BoardLeg } from './leg.ts';
import { steps } from './steps.ts';

type Leg = Wiring['legs'][number];
type Want = Leg['want'];

const wanted = (legId: string, want: Want, more: Partial<Leg> = {}): Leg => {
  const agentId = legId === 'caller' || legId === 'outside' ? null : legId;
  return { legId, address: agentId ?? '+33612345678', agentId, callId: 'c1', want, displayNumber: null, ...more };
};
const wiring = (legs: Leg[], ended: Wiring['ended'] = []): Wiring => ({ conversationId: 'x', legs, ended });
const leg = (legId: string, state: BoardLeg['state'], more: Partial<BoardLeg> = {}): BoardLeg => ({
  ...newLeg(
    { legId, account: 'demo', conversationId: 'x', agentId: legId === 'caller' || legId === 'outside' ? null : legId, address: legId },
    state,
  ),
  callId: 'c1',
  ...more,
});

const waiting: Want = { as: 'waiting' };
const ringing: Want = { as: 'ringing', displayNumber: '+33612345678', displayName: 'Somebody' };
const answered: Want = { as: 'answered' };
const main: Want = { as: 'talking', room: 'main' };
const consultation: Want = { as: 'talking', room: 'consultation' };
const held: Want = { as: 'held' };

/** Each step in short: the command, then what it names. */
const told = (wires: Wiring, legs: BoardLeg[], rooms: Room[] = []): string[] =>
  steps(wires, new Map(legs.map((one) => [one.legId, one])), new Set(rooms)).map((step) =>
    Object.entries(step.with).reduce<string>(
      (text, [key, value]: [string, unknown]) => (['legId', 'bridgeId', 'on', 'reason'].includes(key) ? `${text} ${value}` : text),
      step.command,
    ),
  );

const talking = [leg('caller', 'up', { room: 'main' }), leg('alice', 'up', { room: 'main' })];
const consulting = [
  leg('caller', 'up', { room: 'main', held: true }),
  leg('alice', 'up', { room: 'consultation' }),
  leg('bob', 'up', { room: 'consultation' }),
];

describe('steps', () => {
  const table: { title: string; wiring: Wiring; legs: BoardLeg[]; rooms?: Room[]; steps: string[] }[] = [
    {
      title: 'lets a new caller hear ringback',
      wiring: wiring([wanted('caller', waiting)]),
      legs: [leg('caller', 'ringing')],
      steps: ['ringing caller true'],
    },
    { title: 'does so once', wiring: wiring([wanted('caller', waiting)]), legs: [leg('caller', 'ringing', { ringback: true })], steps: [] },
    { title: 'rings a leg that is not there', wiring: wiring([wanted('alice', ringing)]), legs: [], steps: ['dial alice'] },
    { title: 'does not ring a leg that has ended', wiring: wiring([wanted('alice', ringing)]), legs: [leg('alice', 'ended')], steps: [] },
    {
      title: 'does not ring a leg twice',
      wiring: wiring([wanted('alice', ringing)]),
      legs: [leg('alice', 'dialing', { shows: '+33612345678' })],
      steps: [],
    },
    {
      title: 'rings an agent whose offer was accepted before the phone rang',
      wiring: wiring([wanted('alice', answered)]),
      legs: [],
      steps: ['dial alice'],
    },
    { title: 'never dials a caller who is gone', wiring: wiring([wanted('caller', main)]), legs: [], steps: [] },
    { title: 'picks up', wiring: wiring([wanted('alice', answered)]), legs: [leg('alice', 'ringing')], steps: ['answer alice'] },
    {
      title: 'picks up who is to talk, and joins them no sooner than they are up',
      wiring: wiring([wanted('caller', main), wanted('alice', main)]),
      legs: [leg('caller', 'ringing'), leg('alice', 'ringing')],
      steps: ['answer caller', 'answer alice'],
    },
    {
      title: 'brings who is up together',
      wiring: wiring([wanted('caller', main), wanted('alice', main)]),
      legs: [leg('caller', 'up'), leg('alice', 'up')],
      steps: ['createBridge main-x', 'join caller main-x', 'join alice main-x'],
    },
    {
      title: 'has nothing to do where all is as it should be',
      wiring: wiring([wanted('caller', main), wanted('alice', main)]),
      legs: talking,
      rooms: ['main'],
      steps: [],
    },
    {
      title: 'holds a caller alone in main while the agent waits outside',
      wiring: wiring([wanted('caller', held), wanted('alice', main)]),
      legs: talking,
      rooms: ['main'],
      steps: ['leave alice', 'hold caller'],
    },
    {
      title: 'ends the music before the agent comes back',
      wiring: wiring([wanted('caller', main), wanted('alice', main)]),
      legs: [leg('caller', 'up', { room: 'main', held: true }), leg('alice', 'up')],
      rooms: ['main'],
      steps: ['retrieve caller', 'join alice main-x'],
    },
    {
      title: 'begins a consultation: the transferor goes before the music begins',
      wiring: wiring([wanted('caller', held), wanted('alice', consultation), wanted('bob', ringing)]),
      legs: talking,
      rooms: ['main'],
      steps: ['dial bob', 'createBridge consultation-x', 'join alice consultation-x', 'hold caller'],
    },
    {
      title: 'lets a transferor wait outside of every room',
      wiring: wiring([wanted('caller', held), wanted('alice', waiting), wanted('bob', ringing)]),
      legs: talking,
      rooms: ['main'],
      steps: ['dial bob', 'ringing alice true', 'leave alice', 'hold caller'],
    },
    {
      title: 'switches to the caller',
      wiring: wiring([wanted('caller', main), wanted('alice', main), wanted('bob', held)]),
      legs: consulting,
      rooms: ['main', 'consultation'],
      steps: ['leave bob', 'retrieve caller', 'join alice main-x', 'hold bob'],
    },
    {
      title: 'switches back to the target',
      wiring: wiring([wanted('caller', held), wanted('alice', consultation), wanted('bob', consultation)]),
      legs: [...talking, leg('bob', 'up', { held: true })],
      rooms: ['main', 'consultation'],
      steps: ['retrieve bob', 'join alice consultation-x', 'join bob consultation-x', 'hold caller'],
    },
    {
      title: 'completes: the transferor goes, the target joins the caller',
      wiring: wiring([wanted('caller', main), wanted('bob', main)], [{ legId: 'alice', reason: 'hangup' }]),
      legs: consulting,
      rooms: ['main', 'consultation'],
      steps: ['hangup alice hangup', 'retrieve caller', 'join bob main-x'],
    },
    {
      title: 'keeps an outside target where it is held',
      wiring: wiring([wanted('caller', main), wanted('alice', main), wanted('outside', held)]),
      legs: [
        leg('caller', 'up', { room: 'main', held: true }),
        leg('alice', 'up', { room: 'consultation' }),
        leg('outside', 'up', { room: 'consultation' }),
      ],
      rooms: ['main', 'consultation'],
      steps: ['retrieve caller', 'join alice main-x', 'hold outside'],
    },
    {
      title: 'keeps a caller who waits again in main, so that a recording goes on',
      wiring: wiring([wanted('caller', waiting), wanted('bob', ringing)], [{ legId: 'alice', reason: 'hangup' }]),
      legs: talking,
      rooms: ['main'],
      steps: ['hangup alice hangup', 'dial bob', 'ringing caller true'],
    },
    {
      title: 'stops the phones that lost, once the winner is in',
      wiring: wiring([wanted('caller', main), wanted('bob', main)], [{ legId: 'dan', reason: 'answered_elsewhere' }]),
      legs: [leg('caller', 'up', { room: 'main' }), leg('bob', 'up'), leg('dan', 'ringing')],
      rooms: ['main'],
      steps: ['join bob main-x', 'hangup dan answered_elsewhere'],
    },
    {
      title: 'hangs up what nobody names',
      wiring: wiring([wanted('caller', main)]),
      legs: talking,
      rooms: ['main'],
      steps: ['hangup alice hangup'],
    },
    {
      title: 'ends a leg that is named on both sides',
      wiring: wiring([wanted('alice', ringing)], [{ legId: 'alice', reason: 'cancelled' }]),
      legs: [leg('alice', 'ringing')],
      steps: ['hangup alice cancelled'],
    },
    {
      title: 'shows the caller to a target who joined them, on the call that this made',
      wiring: wiring([wanted('bob', main, { displayNumber: '+33612345678', callId: 'c2' })]),
      legs: [leg('bob', 'up', { room: 'main', shows: '101' })],
      rooms: ['main'],
      steps: ['identify bob', 'label bob'],
    },
    {
      title: 'clears a consultation that nobody is in',
      wiring: wiring([wanted('caller', main), wanted('alice', main)]),
      legs: talking,
      rooms: ['main', 'consultation'],
      steps: ['destroyBridge consultation-x'],
    },
    {
      title: 'keeps main while anybody lives',
      wiring: wiring([wanted('caller', held)]),
      legs: [leg('caller', 'up', { held: true })],
      rooms: ['main'],
      steps: [],
    },
    {
      title: 'clears everything in the end',
      wiring: wiring([]),
      legs: [leg('caller', 'ended')],
      rooms: ['main'],
      steps: ['destroyBridge main-x'],
    },
  ];
  it.each(table)('$title', ({ wiring: wires, legs, rooms, steps: expected }) => expect(told(wires, legs, rooms)).toEqual(expected));

  it('dials a number as a number and an agent as a device, with what is to be shown', () => {
    const [bob, outside] = steps(wiring([wanted('bob', ringing), wanted('outside', ringing)]), new Map(), new Set());
    expect(bob?.with).toMatchObject({
      target: { kind: 'device', device: 'bob' },
      shows: { number: '+33612345678', name: 'Somebody' },
      callId: 'c1',
    });
    expect(outside?.with).toMatchObject({ target: { kind: 'number', number: '+33612345678' } });
  });
});
