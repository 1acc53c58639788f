import { given as givenFor } from '@cordboard/decider';
import { presence, show, type PresenceCommand } from './index.ts';

const given = givenFor(presence);
const at = '2026-01-05T10:00:00.000Z';
const online: PresenceCommand = { type: 'devicesChanged', reachable: true, at };
const inCall: PresenceCommand = { type: 'engage', conversationId: 'k1', as: 'IN_CALL', at };
const ended: PresenceCommand = {
  type: 'callEnded',
  callId: 'k1-c1',
  end: { how: 'ENDED', direction: 'INBOUND' },
  customs: { wrapUpSeconds: 30, tagRequired: false, busyAfterColdSeconds: 0 },
  tagged: false,
  at,
};

describe('a call that one dials', () => {
  it('takes an agent from nothing into a call', () =>
    given(online).when(inCall).then({ type: 'engaged', conversationId: 'k1', as: 'IN_CALL' }));
});

describe('devices that are signed out', () => {
  const devices = [{ deviceId: 'd1', nodeId: 'n1' }];
  const why = 'SIGNED_OUT';
  it('leave an agent who has another', () =>
    given(online).when({ type: 'signOut', devices, why, reachable: true, at }).then({ type: 'devicesSignedOut', devices, why }));
  it('take an agent with them who has no other', () =>
    given(online)
      .when({ type: 'signOut', devices, why, reachable: false, at })
      .then({ type: 'devicesSignedOut', devices, why }, { type: 'reachabilityChanged', reachable: false }));
  it('D18 take an agent who is deactivated with them', () =>
    given(online)
      .when({ type: 'signOut', devices, why: 'DEACTIVATED', reachable: false, at })
      .then({ type: 'devicesSignedOut', devices, why: 'DEACTIVATED' }, { type: 'reachabilityChanged', reachable: false }));
  it('are told of only where there were any', () =>
    given(online).when({ type: 'signOut', devices: [], why, reachable: true, at }).thenNothing());
});

describe('what others see', () => {
  it('changes with a wrap-up that is drawn out', () => {
    const { state } = given(online, ended);
    const before = show(presence.initial, state, at);
    const { state: longer } = given(online, ended, { type: 'extendWrapUp', callId: 'k1-c1', seconds: 60, at });
    expect(show(before, { ...longer, shown: before.shown }, at).shown).toEqual({ ...before.shown, version: before.shown.version + 1 });
  });
  it('is one step where a call ends and wrap-up begins', () => {
    const { state } = given(online, inCall);
    const before = show(presence.initial, state, at);
    const after = (['callEnded', 'free'] as const).reduce((s, type) => {
      const outcome = presence.decide(s, type === 'free' ? { type, conversationId: 'k1', at } : ended);
      return 'refused' in outcome ? s : outcome.reduce(presence.evolve, s);
    }, before);
    const shown = show(before, after, at).shown;
    expect(before.shown).toMatchObject({ availability: 'IN_CALL', version: 2 });
    expect(shown).toMatchObject({ availability: 'WRAP_UP', version: 3 });
  });
  it('does not change with a soft reservation (D6)', () => {
    const { state } = given(online);
    const before = show(presence.initial, state, at);
    const { state: reserved } = given(online, { type: 'engage', conversationId: 'k1', as: 'RESERVED', at });
    expect(show(before, { ...reserved, shown: before.shown }, at).shown).toEqual(before.shown);
  });
  it('a status chosen in a call shows at once as chosen, and takes effect after it', () => {
    const { state } = given(online, inCall, { type: 'chooseStatus', status: 'BUSY', reason: 'lunch', at });
    expect(show(presence.initial, state, at).shown.availability).toBe('IN_CALL');
    const { state: free } = given(
      online,
      inCall,
      { type: 'chooseStatus', status: 'BUSY', reason: 'lunch', at },
      { type: 'free', conversationId: 'k1', at },
    );
    expect(show(presence.initial, free, at).shown.availability).toBe('BUSY');
  });
});
