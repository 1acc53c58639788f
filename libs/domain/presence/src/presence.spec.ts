import { given as givenFor } from '@cordboard/decider';
import { presence, show, wrapUpAfter, type PresenceCommand } from './index.ts';

const given = givenFor(presence);
const at = '2026-01-05T10:00:00.000Z';
const online: PresenceCommand = { type: 'devicesChanged', reachable: true, at };
const inCall: PresenceCommand = { type: 'engage', conversationId: 'k1', as: 'IN_CALL', at };
const answered = { how: 'ENDED', direction: 'INBOUND' } as const;
const ended = (end: Parameters<typeof wrapUpAfter>[0]): PresenceCommand => ({
  type: 'callEnded',
  callId: 'k1-c1',
  end,
  wrapUpSeconds: 30,
  at,
});

describe('wrap-up', () => {
  it('S32 a cold transfer to a colleague gives the transferor none', () =>
    given(online, inCall)
      .when(ended({ how: 'TRANSFERRED', mode: 'COLD', targetKind: 'AGENT' }))
      .thenNothing());
  it('S32 nor does one to a team (D3)', () =>
    given(online, inCall)
      .when(ended({ how: 'TRANSFERRED', mode: 'COLD', targetKind: 'TEAM' }))
      .thenNothing());
  it('S31 a warm transfer always gives the transferor wrap-up', () =>
    given(online, inCall)
      .when(ended({ how: 'TRANSFERRED', mode: 'WARM', targetKind: 'AGENT' }))
      .thenContains({ type: 'wrapUpStarted' }));
  it.each(['NUMBER', 'EXTERNAL'] as const)('S33 a cold transfer to a %s gives the transferor wrap-up', (targetKind) =>
    given(online, inCall)
      .when(ended({ how: 'TRANSFERRED', mode: 'COLD', targetKind }))
      .thenContains({ type: 'wrapUpStarted' }),
  );
  it('S33 so does one to a contact, which stands for one of the two and never for a colleague', () =>
    given(online, inCall)
      .when(ended({ how: 'TRANSFERRED', mode: 'COLD', targetKind: 'CONTACT' }))
      .thenContains({ type: 'wrapUpStarted' }));
  it('D4 a call that one dialled gives it as well', () =>
    given(online, inCall)
      .when(ended({ how: 'ENDED', direction: 'OUTBOUND' }))
      .thenContains({ type: 'wrapUpStarted' }));
  it('D4 a call between two colleagues gives none: there is no caller', () =>
    given(online, inCall)
      .when(ended({ how: 'ENDED', direction: 'INTERNAL' }))
      .thenNothing());
  it('D4 an answered call that ends gives wrap-up for the configured time', () =>
    given(online, inCall)
      .when(ended(answered))
      .then({ type: 'wrapUpStarted', wrapUp: { callId: 'k1-c1', startedAt: at, until: '2026-01-05T10:00:30.000Z' } }));
  it('D4 none where the account gives 0 s', () =>
    given(online, inCall)
      .when({ ...ended(answered), wrapUpSeconds: 0 } as PresenceCommand)
      .thenNothing());
  it('ends once', () => {
    const over = given(online, ended(answered), { type: 'endWrapUp', callId: 'k1-c1', at });
    over.when({ type: 'endWrapUp', callId: 'k1-c1', at }).thenRefused('ALREADY_ENDED');
  });
  it('is extended by what is asked, within bounds', () => {
    const working = given(online, ended(answered));
    working
      .when({ type: 'extendWrapUp', callId: 'k1-c1', seconds: 60, at })
      .then({ type: 'wrapUpExtended', until: '2026-01-05T10:01:30.000Z' });
    working.when({ type: 'extendWrapUp', callId: 'k1-c1', seconds: 0, at }).thenRefused('INVALID_DURATION');
  });
});

describe('a call that one dials', () => {
  it('takes an agent from nothing into a call', () =>
    given(online).when(inCall).then({ type: 'engaged', conversationId: 'k1', as: 'IN_CALL' }));
});

describe('devices that are signed out', () => {
  const devices = [{ deviceId: 'd1', nodeId: 'n1' }];
  it('leave an agent who has another', () =>
    given(online).when({ type: 'signOut', devices, reachable: true, at }).then({ type: 'devicesSignedOut', devices }));
  it('take an agent with them who has no other', () =>
    given(online)
      .when({ type: 'signOut', devices, reachable: false, at })
      .then({ type: 'devicesSignedOut', devices }, { type: 'reachabilityChanged', reachable: false }));
  it('are told of only where there were any', () =>
    given(online).when({ type: 'signOut', devices: [], reachable: true, at }).thenNothing());
});

describe('what others see', () => {
  it('changes with a wrap-up that is drawn out', () => {
    const { state } = given(online, ended(answered));
    const before = show(presence.initial, state, at);
    const { state: longer } = given(online, ended(answered), { type: 'extendWrapUp', callId: 'k1-c1', seconds: 60, at });
    expect(show(before, { ...longer, shown: before.shown }, at).shown).toEqual({ ...before.shown, version: before.shown.version + 1 });
  });
  it('is one step where a call ends and wrap-up begins', () => {
    const { state } = given(online, inCall);
    const before = show(presence.initial, state, at);
    const after = (['callEnded', 'free'] as const).reduce((s, type) => {
      const outcome = presence.decide(s, type === 'free' ? { type, conversationId: 'k1', at } : (ended(answered) as never));
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
