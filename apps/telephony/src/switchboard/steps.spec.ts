import type { Room, Wiring } from '@cordboard/contracts';
import type { Hearing } from './hearing.ts';
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
const hearing = (what: Hearing['what'], id = 'a1'): Want => ({
  as: 'hearing',
  announcement: { id, what, numberId: 'main', text: 'Hello.', file: null, language: 'en' },
});
const heard = (what: Hearing['what'], stage: Hearing['stage'], id = 'a1'): Partial<BoardLeg> => ({
  hearing: { id, what, numberId: 'main', callId: 'c1', stage, told: true },
});

/** Each step in short: the command, then what it names. */
const told = (wires: Wiring, legs: BoardLeg[], rooms: Room[] = []): string[] =>
  steps(wires, new Map(legs.map((one) => [one.legId, one])), new Set(rooms)).map((step) =>
    Object.entries(step.with).reduce<string>(
      (text, [key, value]: [string, unknown]) =>
        ['legId', 'bridgeId', 'playbackId', 'recordingId', 'reason'].includes(key) || (key === 'on' && typeof value === 'boolean')
          ? `${text} ${value}`
          : text,
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
      title: 'lets a caller who was picked up wait with ringback',
      wiring: wiring([wanted('caller', waiting), wanted('alice', ringing)]),
      legs: [leg('caller', 'up', { heard: ['a1'] }), leg('alice', 'ringing', { shows: '+33612345678' })],
      steps: ['ringing caller true'],
    },
    {
      title: 'ends a ringback that it does not know of',
      wiring: wiring([wanted('caller', main)]),
      legs: [leg('caller', 'up', { room: 'main', ringback: null })],
      rooms: ['main'],
      steps: ['ringing caller false'],
    },
    {
      title: 'dials an agent who calls out or is called back, and has their own device pick up',
      wiring: wiring([wanted('caller', held), wanted('alice', main)]),
      legs: [leg('caller', 'up', { room: 'main', held: true })],
      rooms: ['main'],
      steps: ['dial alice'],
    },
    {
      title: 'then picks it up',
      wiring: wiring([wanted('caller', held), wanted('alice', main)]),
      legs: [leg('caller', 'up', { room: 'main', held: true }), leg('alice', 'ringing')],
      rooms: ['main'],
      steps: ['answer alice'],
    },
    {
      title: 'leaves the phone that an agent’s calls are forwarded to alone',
      wiring: wiring([wanted('alice', answered, { address: '+33699999999' })]),
      legs: [leg('alice', 'ringing')],
      steps: [],
    },
    {
      title: 'picks a caller up who is to hear a greeting',
      wiring: wiring([wanted('caller', hearing('greeting'))]),
      legs: [leg('caller', 'ringing', { ringback: true })],
      steps: ['answer caller'],
    },
    {
      title: 'plays the greeting once they are up',
      wiring: wiring([wanted('caller', hearing('greeting'))]),
      legs: [leg('caller', 'up')],
      steps: ['play a1'],
    },
    {
      title: 'parts a held caller from everything else they could hear before the words',
      wiring: wiring([wanted('caller', hearing('voicemail'))]),
      legs: [leg('caller', 'up', { room: 'main', held: true, ringback: true })],
      rooms: ['main'],
      steps: ['ringing caller false', 'leave caller', 'retrieve caller', 'play a1'],
    },
    {
      title: 'lets an announcement go on',
      wiring: wiring([wanted('caller', hearing('greeting'))]),
      legs: [leg('caller', 'up', heard('greeting', 'playing'))],
      steps: [],
    },
    {
      title: 'does not begin an announcement again that is over',
      wiring: wiring([wanted('caller', hearing('greeting'))]),
      legs: [leg('caller', 'up', { heard: ['a1'] })],
      steps: [],
    },
    {
      title: 'begins an announcement again that the engine has lost',
      wiring: wiring([wanted('caller', hearing('greeting'))]),
      legs: [leg('caller', 'up', heard('greeting', 'lost'))],
      steps: ['play a1'],
    },
    {
      title: 'records after the words of a voicemail',
      wiring: wiring([wanted('caller', hearing('voicemail'))]),
      legs: [leg('caller', 'up', heard('voicemail', 'played'))],
      steps: ['record a1 caller'],
    },
    {
      title: 'lets a recording go on',
      wiring: wiring([wanted('caller', hearing('voicemail'))]),
      legs: [leg('caller', 'up', heard('voicemail', 'recording'))],
      steps: [],
    },
    {
      title: 'stops an announcement before anything else is done to its leg',
      wiring: wiring([wanted('caller', main), wanted('alice', main)]),
      legs: [leg('caller', 'up', heard('greeting', 'playing')), leg('alice', 'up', { room: 'main' })],
      rooms: ['main'],
      steps: ['stopPlay a1', 'join caller main-x'],
    },
    {
      title: 'stops a recording that is not wanted any more',
      wiring: wiring([wanted('caller', waiting)]),
      legs: [leg('caller', 'up', heard('voicemail', 'recording'))],
      steps: ['stopRecord a1', 'ringing caller true'],
    },
    {
      title: 'begins another announcement once the first one has stopped',
      wiring: wiring([wanted('caller', hearing('voicemail', 'a2'))]),
      legs: [leg('caller', 'up', heard('greeting', 'playing'))],
      steps: ['stopPlay a1'],
    },
    {
      title: 'rings nobody to hear an announcement',
      wiring: wiring([wanted('caller', hearing('greeting')), wanted('alice', hearing('greeting'))]),
      legs: [],
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

  it.each([ringing, answered, main])('dials the number that an agent’s calls are forwarded to: $as', (want) => {
    const [dialled] = steps(wiring([wanted('alice', want, { address: '+33699999999' })]), new Map(), new Set());
    expect(dialled).toMatchObject({ command: 'dial', with: { legId: 'alice', target: { kind: 'number', number: '+33699999999' } } });
  });

  it('names the music of whoever is held, where it is not the usual one', () => {
    const music = { id: 'm1', key: 'message/demo/m1.wav' };
    const hold = (want: Want): unknown =>
      steps(wiring([wanted('caller', want)]), new Map([['caller', leg('caller', 'up', { room: 'main' })]]), new Set(['main'])).map(
        (step) => step.with,
      );
    expect(hold({ as: 'held', music })).toEqual([{ legId: 'caller', music }]);
    expect(hold({ as: 'held' })).toEqual([{ legId: 'caller' }]);
  });

  it('says what is to be said, and how long a message may be', () => {
    const only = (one: BoardLeg): unknown =>
      steps(wiring([wanted('caller', hearing('voicemail'))]), new Map([['caller', one]]), new Set())[0];
    expect(only(leg('caller', 'up'))).toMatchObject({
      with: { on: { legId: 'caller' }, sounds: [{ name: 'voicemail', words: 'Hello.', file: null, language: 'en' }] },
    });
    expect(only(leg('caller', 'up', heard('voicemail', 'played')))).toMatchObject({ with: { maxSeconds: 180 } });
  });
});
