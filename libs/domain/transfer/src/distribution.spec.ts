import { isOpen, nextRound, visitOf, type OpeningHours, type Step, type Visit } from './index.ts';
import { at, call, given, number, reject, talking, toNumber } from './cast.ts';

const agent = (agentId: string, more: Partial<Step['agents'][number]> = {}): Step['agents'][number] => ({
  agentId,
  forwardedTo: null,
  isAvailable: true,
  idleSince: null,
  lastOfferedAt: null,
  ...more,
});
const step = (how: Step['how'], ...agents: Step['agents'][number][]): Step => ({ how, ringSeconds: 20, agents });
const names = (round: ReturnType<typeof nextRound>): readonly string[] | null => round && round.candidates.map((one) => one.agentId);
const nobody: Visit = { rung: [], transferorId: null };
const off = { isAvailable: false };

describe('the distribution of a Number', () => {
  it('S21 rings everybody of a step at once who is available', () =>
    expect(nextRound([step('ALL_AT_ONCE', agent('alice'), agent('bob', off), agent('dan'))], nobody)).toEqual({
      step: 0,
      candidates: [
        { agentId: 'alice', forwardedTo: null },
        { agentId: 'dan', forwardedTo: null },
      ],
      ringSeconds: 20,
    }));
  it('S21 passes over a step of which nobody is available', () =>
    expect(nextRound([step('ALL_AT_ONCE', agent('bob', off)), step('ALL_AT_ONCE', agent('dan'))], nobody)).toMatchObject({ step: 1 }));
  const early = '2026-01-05T08:00:00.000Z';
  it.each([
    ['LONGEST_IDLE', { idleSince: at }, { idleSince: early }],
    ['ROUND_ROBIN', { lastOfferedAt: at }, { lastOfferedAt: early }],
  ] as const)('S21 %s rings one, whoever has waited longest', (how, late, first) =>
    expect(names(nextRound([step(how, agent('alice', late), agent('bob', first))], nobody))).toEqual(['bob']),
  );
  it('S21 whoever was never rung comes first', () =>
    expect(names(nextRound([step('ROUND_ROBIN', agent('alice', { lastOfferedAt: early }), agent('bob'))], nobody))).toEqual(['bob']));
  it('S21 one after another, nobody twice, then the next step', () => {
    const steps = [
      step('LONGEST_IDLE', agent('alice', { idleSince: early }), agent('dan', { idleSince: at })),
      step('ALL_AT_ONCE', agent('bob')),
    ];
    const first = given(call('alice')).state;
    expect(names(nextRound(steps, visitOf(first)))).toEqual(['dan']);
    const both = given(call('alice'), { ...reject(1), number: number(['dan']) } as never).state;
    expect(nextRound(steps, visitOf(both))).toMatchObject({ step: 1, candidates: [{ agentId: 'bob' }] });
  });
  it('S21 everybody at once is rung once', () =>
    expect(nextRound([step('ALL_AT_ONCE', agent('alice'), agent('dan'))], visitOf(given(call('alice')).state))).toBeNull());
  it('whoever hands the call over is not rung for it, and a visit begins anew with each transfer', () => {
    const { state } = given(...talking, toNumber('COLD', number([], { id: 'support' })));
    expect(names(nextRound([step('ALL_AT_ONCE', agent('alice'), agent('dan'))], visitOf(state)))).toEqual(['dan']);
  });
});

describe('opening hours', () => {
  const paris: OpeningHours = {
    timeZone: 'Europe/Paris',
    spans: [
      { day: 1, from: '09:00', to: '12:00' },
      { day: 7, from: '22:00', to: '24:00' },
    ],
  };
  it.each([
    ['S21 on a Monday in winter at nine', '2026-01-05T08:00:00Z', true],
    ['S21 a minute before', '2026-01-05T07:59:59Z', false],
    ['S21 on a Monday in summer at nine', '2026-07-06T07:00:00Z', true],
    ['S21 at noon, when it closes', '2026-01-05T11:00:00Z', false],
    ['S21 on a Tuesday', '2026-01-06T09:00:00Z', false],
    ['S21 on a Sunday just before midnight', '2026-01-11T22:59:59Z', true],
  ])('%s', (_, moment, open) => expect(isOpen(paris, moment)).toBe(open));
  it('S21 without hours is always open', () => expect(isOpen(null, at)).toBe(true));
});
