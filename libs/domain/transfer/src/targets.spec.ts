import { agentChoice, contactTarget, isFound, preview, searchText, soughtWords, teamChoice } from './index.ts';

const idle = { status: 'AVAILABLE', reachable: true, inWrapUp: false, engagements: [] } as const;

describe('who is offered as a target', () => {
  const rows: [string, Parameters<typeof agentChoice>[1], string | null][] = [
    ['an available colleague', idle, null],
    ['not one who is unavailable', { ...idle, status: 'UNAVAILABLE' }, 'UNAVAILABLE'],
    ['not one who is offline', { ...idle, reachable: false }, 'OFFLINE'],
    ['not one in a call', { ...idle, engagements: ['IN_CALL'] }, 'IN_CALL'],
    ['not one in wrap-up', { ...idle, inWrapUp: true }, 'WRAP_UP'],
    ['one who takes transfers only (D0)', { ...idle, status: 'TRANSFERS_ONLY' }, null],
  ];
  it.each(rows)('S3 %s', (_, standing, because) =>
    expect(agentChoice('Bob', standing)).toMatchObject(
      because === null ? { available: true } : { available: false, because: { code: because } },
    ),
  );

  it('S3 a team while one member or more is available', () => {
    expect(teamChoice('Support', [{ ...idle, reachable: false }, idle])).toEqual({ available: true });
    expect(teamChoice('Support', [{ ...idle, reachable: false }])).toMatchObject({ available: false });
    expect(teamChoice('Support', [])).toMatchObject({ available: false });
  });
});

describe('a contact is chosen', () => {
  const bobDirect = { id: 'k1', name: 'Bob (direct)', e164: '+33187000003', numberId: 'bob' };

  it('S25 one searches its name', () => {
    const shown = (typed: string) => isFound(soughtWords(typed) ?? [], searchText(bobDirect.name));
    expect(['bob dir', 'direct bob', 'BÓB'].map(shown)).toEqual([true, true, true]);
    expect(shown('bob support')).toBe(false);
  });

  it('S25 one picks the contact, not the colleague behind it', () =>
    expect(contactTarget(bobDirect)).toEqual({
      kind: 'NUMBER',
      numberId: 'bob',
      phoneNumber: '+33187000003',
      contactId: 'k1',
      label: 'Bob (direct)',
    }));

  it('S25 or the outside number that it stands for', () =>
    expect(contactTarget({ ...bobDirect, e164: '+33611223344', numberId: null })).toEqual({
      kind: 'EXTERNAL',
      phoneNumber: '+33611223344',
      contactId: 'k1',
      label: 'Bob (direct)',
    }));

  it('S25 one chooses talk-first or transfer-now, each with what it will mean', () => {
    const { cold, warm } = preview(contactTarget(bobDirect).kind, { wrapUpSeconds: 30, tagRequired: false, recording: 'ON_DEMAND' });
    expect([cold.says, warm.says]).toEqual([
      expect.stringMatching(/^The call goes at once/),
      expect.stringMatching(/^You talk with the target first/),
    ]);
  });
});

describe('what to do about somebody who is not available', () => {
  const away = { ...idle, status: 'UNAVAILABLE' } as const;
  const remedy = (...args: Parameters<typeof agentChoice>) => {
    const choice = agentChoice(...args);
    return choice.available ? null : choice.because.remedy;
  };

  it('use the contact that stands for their dedicated Number', () =>
    expect(remedy('Bob', away, { contact: 'Bob (direct)', voicemail: true })).toBe(
      'Transfer to the contact "Bob (direct)": it can always be reached and falls to voicemail. Or ask them to become available.',
    ));
  it('what takes the caller there is told as it is', () =>
    expect(remedy('Carol', away, { contact: 'Carol (direct)', voicemail: false })).toContain('falls to its unavailability message'));
  it('make a contact where there is none', () =>
    expect(remedy('Bob', away, { contact: null, voicemail: true })).toContain('create a contact with their dedicated Number'));
  it('S22 who has no dedicated Number is told so, the reason stays', () => {
    expect(agentChoice('Dan', away, null)).toMatchObject({
      because: { code: 'UNAVAILABLE', remedy: expect.stringContaining('Dan has no dedicated Number.') },
    });
    expect(teamChoice('Sales', [away], null)).toMatchObject({
      because: { remedy: expect.stringContaining('The team Sales has no dedicated Number.') },
    });
  });
});
