import { preview, type Forecast } from './index.ts';

const customs = { wrapUpSeconds: 30, tagRequired: false, recording: 'ON_DEMAND' } as const;
type Row = [string, Parameters<typeof preview>[0], 'cold' | 'warm', Partial<typeof customs> | { tagRequired: boolean }, Partial<Forecast>];

describe('what a transfer will mean', () => {
  const rows: Row[] = [
    ['S7 cold to a colleague can come back', 'AGENT', 'cold', {}, { comesBack: true }],
    ['S7 cold to an outside number can', 'EXTERNAL', 'cold', {}, { comesBack: true }],
    ['S19 to a Number it never does', 'NUMBER', 'cold', {}, { comesBack: false }],
    ['S19 to a Number it never does, talked first or not', 'NUMBER', 'warm', {}, { comesBack: false }],
    ['S31 warm: wrap-up', 'AGENT', 'warm', {}, { wrapUp: true, wrapUpSeconds: 30 }],
    ['S32 cold to a colleague: none', 'AGENT', 'cold', {}, { wrapUp: false, wrapUpSeconds: null }],
    ['S32 nor to a team', 'TEAM', 'cold', {}, { wrapUp: false, wrapUpSeconds: null }],
    ['S33 cold to a Number: wrap-up', 'NUMBER', 'cold', {}, { wrapUp: true, wrapUpSeconds: 30 }],
    ['S26 cold: the switch is locked', 'TEAM', 'cold', {}, { recordingControl: 'LOCKED_BY_COLD_TRANSFER' }],
    ['S28 warm: it is not', 'TEAM', 'warm', {}, { recordingControl: 'ALLOWED' }],
    ['D4 a tag where the call leaves the account', 'EXTERNAL', 'cold', {}, { tagRequired: true }],
    ['D4 none otherwise', 'NUMBER', 'warm', {}, { tagRequired: false }],
    ['D4 but where the account wants one', 'AGENT', 'warm', { tagRequired: true }, { tagRequired: true }],
    ['D4 and there is time for it', 'AGENT', 'cold', { tagRequired: true }, { tagRequired: false }],
  ];
  it.each(rows)('%s', (_, kind, mode, also, expected) => expect(preview(kind, { ...customs, ...also })[mode]).toMatchObject(expected));

  it('says all of it in a few sentences', () => {
    expect(preview('AGENT', customs).cold.says).toBe(
      'The call goes at once. If nobody answers, the caller is with you again. You get no wrap-up time. Recording can be switched neither on nor off afterwards.',
    );
    expect(preview('EXTERNAL', { ...customs, wrapUpSeconds: 0 }).warm.says).toBe(
      'You talk with the target first, while the caller waits. If nobody answers, the caller is with you again. You get wrap-up time. You must tag the call. Recording can be switched on and off afterwards.',
    );
  });
});
