import { agentChoice, teamChoice } from './index.ts';

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
