import type { LegEvent, SnapshotLeg } from '../engine/port.ts';
import { after, missed, newLeg, type BoardLeg } from './leg.ts';

const leg = (state: BoardLeg['state'], more: Partial<BoardLeg> = {}): BoardLeg => ({
  ...newLeg({ legId: 'l', account: 'demo', conversationId: 'x', agentId: 'alice', address: 'alice' }, state),
  ...more,
});
const now = (state: SnapshotLeg['state'], more: Partial<SnapshotLeg> = {}): SnapshotLeg => ({
  legId: 'l',
  incoming: null,
  state,
  bridgeId: null,
  held: false,
  callId: null,
  ...more,
});

describe('what a leg missed', () => {
  const table: { title: string; leg: BoardLeg; now: SnapshotLeg | undefined; types: string[] }[] = [
    { title: 'nothing', leg: leg('up', { room: 'main', held: true }), now: now('up', { bridgeId: 'main-x', held: true }), types: [] },
    { title: 'that it rings', leg: leg('dialing'), now: now('ringing'), types: ['leg.ringing'] },
    { title: 'that it answered', leg: leg('ringing'), now: now('up'), types: ['leg.answered'] },
    {
      title: 'all of its life so far',
      leg: leg('dialing'),
      now: now('up', { bridgeId: 'main-x', held: true }),
      types: ['leg.ringing', 'leg.answered', 'leg.joined', 'leg.held'],
    },
    {
      title: 'that it was moved',
      leg: leg('up', { room: 'consultation' }),
      now: now('up', { bridgeId: 'main-x' }),
      types: ['leg.left', 'leg.joined'],
    },
    { title: 'that the music ended', leg: leg('up', { held: true }), now: now('up'), types: ['leg.retrieved'] },
    { title: 'its end', leg: leg('ringing'), now: undefined, types: ['leg.ended'] },
    { title: 'its end in a room', leg: leg('up', { room: 'main' }), now: undefined, types: ['leg.left', 'leg.ended'] },
    { title: 'nothing, having ended before', leg: leg('ended'), now: undefined, types: [] },
  ];
  it.each(table)('$title', ({ leg: before, now: shown, types }) => {
    const events = missed(before, shown);
    expect(events.map(({ type }) => type)).toEqual(types);
    const then = events.reduce(after, before);
    if (shown) expect(missed(then, shown)).toEqual([]);
    else expect(then.state).toBe('ended');
  });

  it('says that what ended unseen is lost, and whether it had been answered', () => {
    expect(missed(leg('up'), undefined)).toEqual([{ type: 'leg.ended', legId: 'l', reason: 'lost', by: 'engine', answered: true }]);
    expect(missed(leg('ringing'), undefined)).toMatchObject([{ answered: false }]);
  });
});

describe('a leg after an event', () => {
  const news: LegEvent[] = [
    { type: 'leg.ringing', legId: 'l' },
    { type: 'leg.answered', legId: 'l' },
    { type: 'leg.joined', legId: 'l', bridgeId: 'main-x' },
    { type: 'leg.held', legId: 'l' },
  ];
  it('is the same object where the event tells nothing new', () => {
    const up = news.reduce(after, leg('dialing'));
    expect(up).toMatchObject({ state: 'up', room: 'main', held: true });
    for (const event of news) expect(after(up, event)).toBe(up);
  });

  it('stays ended whatever comes late', () => {
    const ended = after(leg('ringing'), { type: 'leg.ended', legId: 'l', reason: 'busy', by: 'peer', answered: false });
    for (const event of news) expect(after(ended, event)).toBe(ended);
  });

  it('is not taken out of a room by a late word about another', () => {
    const inMain = leg('up', { room: 'main' });
    expect(after(inMain, { type: 'leg.left', legId: 'l', bridgeId: 'consultation-x' })).toBe(inMain);
  });
});
