import type { Snapshot } from '../engine/port.ts';
import { beginning, missedSound, type Announced } from './hearing.ts';
import { after, newLeg } from './leg.ts';

const snapshot = (more: Partial<Snapshot>): Snapshot => ({
  epoch: 'e',
  seq: 1,
  phones: [],
  mayBeElsewhere: () => false,
  legs: [],
  bridges: [],
  playbacks: [],
  recordings: [],
  kept: [],
  ...more,
});
const greeting: Announced = { id: 'a1', what: 'greeting', numberId: 'main', callId: 'c1' };
const voicemail: Announced = { ...greeting, what: 'voicemail' };
const up = newLeg({ legId: 'l', account: 'demo', conversationId: 'x', agentId: null, address: '+33612345678' }, 'up');
const of = { legId: 'l', playbackId: 'a1', recordingId: 'a1' };

describe('what is missed of an announcement', () => {
  it.each<[title: string, now: Partial<Snapshot>, types: string[] | 'lost']>([
    ['its beginning, where it is played', { playbacks: [of] }, ['playback.started']],
    ['its beginning, where it is recorded', { recordings: [of] }, ['recording.started']],
    ['its end, where its recording is kept', { kept: [{ ...of, seconds: 180 }] }, ['recording.started', 'recording.finished']],
    [
      'all of it, where others alone are played and kept',
      { playbacks: [{ ...of, playbackId: 'b' }], kept: [{ recordingId: 'b', seconds: 1 }] },
      'lost',
    ],
  ])('%s', (_, now, types) => {
    const events = missedSound('l', 'a1', snapshot(now));
    expect(events === 'lost' ? events : events.map(({ type }) => type)).toEqual(types);
  });
});

describe('a leg that hears an announcement', () => {
  const told = after(beginning(up, greeting), { type: 'playback.started', ...of });

  it('is told of once', () => {
    expect(told.hearing).toMatchObject({ stage: 'playing', told: true });
    expect(after(told, { type: 'playback.started', ...of })).toBe(told);
  });

  it('has heard it when it was played, and never begins it again', () => {
    const heard = after(told, { type: 'playback.finished', ...of, whole: true });
    expect(heard).toMatchObject({ hearing: null, heard: ['a1'] });
    expect(beginning(heard, greeting)).toBe(heard);
  });

  it('has heard a voicemail only when its recording is over, whatever the words before it', () => {
    const played = after(beginning(up, voicemail), { type: 'playback.finished', ...of, whole: true });
    expect(played.hearing).toMatchObject({ stage: 'played' });
    const recording = after(played, { type: 'recording.started', ...of });
    expect(recording.hearing).toMatchObject({ stage: 'recording' });
    expect(after(recording, { type: 'recording.finished', ...of, seconds: 3, full: false })).toMatchObject({
      hearing: null,
      heard: ['a1'],
    });
  });

  it('is not moved by a word about another sound', () => {
    expect(after(told, { type: 'playback.finished', legId: 'l', playbackId: 'b', whole: true })).toBe(told);
    expect(beginning(told, { ...voicemail, id: 'a2' })).toBe(told);
  });
});
