import { nothing, withCall, withOffer, withoutOffers, withPresence, type LiveCall, type RingingOffer } from './picture.ts';

const agent = (id: string, version: number) =>
  ({ id, name: id, presence: { status: 'AVAILABLE', availability: 'IN_CALL', version } }) as Parameters<
    typeof withPresence
  >[1] extends infer U
    ? Extract<U, { agent: unknown }>['agent']
    : never;
const snapshot = (...agents: ReturnType<typeof agent>[]) => ({ __typename: 'PresenceSnapshot', cursor: 'c', agents }) as const;
const changed = (of: ReturnType<typeof agent>) => ({ __typename: 'PresenceChanged', cursor: 'c', agent: of }) as const;
const offer = (id: string, note: string | null = null) => ({ id, note }) as RingingOffer;
const call = (id: string, state: LiveCall['state'], hold = false) => ({ cursor: 'c', fresh: false, call: { id, state, hold } as LiveCall });

describe('presence', () => {
  const before = withPresence(nothing, snapshot(agent('alice', 1), agent('bob', 3)));
  const versions = ({ presence }: typeof before) => [...presence.values()].map(({ id, presence: { version } }) => `${id} ${version}`);

  it('of a snapshot is everything', () => {
    expect(versions(before)).toEqual(['alice 1', 'bob 3']);
    expect(versions(withPresence(before, snapshot(agent('bob', 1))))).toEqual(['bob 1']);
  });
  it.each([
    ['newer', agent('bob', 4), ['alice 1', 'bob 4']],
    ['of somebody new', agent('carol', 0), ['alice 1', 'bob 3', 'carol 0']],
  ])('that is %s counts', (_, of, after) => expect(versions(withPresence(before, changed(of)))).toEqual(after));
  it.each([
    ['as old', agent('bob', 3)],
    ['older', agent('bob', 2)],
  ])('that is %s changes nothing', (_, of) => expect(withPresence(before, changed(of))).toBe(before));
});

describe('offers', () => {
  const two = [offer('a'), offer('b')].reduce((picture, one) => withOffer(picture, { __typename: 'OfferMade', offer: one }), nothing);
  const end = (offerId: string) => ({ __typename: 'OfferWithdrawn', offerId, outcome: 'TIMED_OUT' }) as const;

  it('ring in their order', () => expect(two.offers.map(({ id }) => id)).toEqual(['a', 'b']));
  it('are told anew in their place', () =>
    expect(withOffer(two, { __typename: 'OfferMade', offer: offer('a', 'new') }).offers).toEqual([offer('a', 'new'), offer('b')]));
  it('end', () => expect(withOffer(two, end('a')).offers).toEqual([offer('b')]));
  it('that are not known have ended', () => expect(withOffer(two, end('z'))).toBe(two));
  it('begin anew with a subscription', () => expect([withoutOffers(two).offers, withoutOffers(nothing)]).toEqual([[], nothing]));
});

describe('calls', () => {
  const one = withCall(nothing, call('a', 'IN_PROGRESS'));
  it('are as they were told last', () =>
    expect(withCall(one, call('a', 'IN_PROGRESS', true)).calls).toMatchObject([{ id: 'a', hold: true }]));
  it('that have ended are gone', () => expect(withCall(one, call('a', 'ENDED')).calls).toEqual([]));
  it('that ended unseen never were', () => expect(withCall(one, call('b', 'ENDED'))).toBe(one));
});
