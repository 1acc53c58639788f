import { given, refuse } from '@cordboard/decider';
import {
  agents,
  lines,
  LONGEST_TEXT,
  MOST_BLOCKED,
  policies,
  teams,
  usualPolicy,
  type AgentRefusal,
  type Line,
  type LineRefusal,
  type PolicyRefusal,
  type SaveAgent,
  type SaveLine,
  type SavePolicy,
  type SaveTeam,
} from './index.ts';

const eve: SaveAgent['agent'] = {
  id: 'eve',
  account: 'demo',
  name: 'Eve',
  extension: '105',
  role: 'AGENT',
  defaultNumberId: null,
  forwarding: null,
  mayDialOut: true,
};
const agent = (o: Partial<SaveAgent['agent']> = {}, facts: Partial<Omit<SaveAgent, 'agent'>> = {}): SaveAgent => ({
  agent: { ...eve, ...o },
  isDeactivated: false,
  idIsTaken: false,
  extensionIsTaken: false,
  forwardingIsValid: true,
  forwardingIsOurs: false,
  forwardingTooCostly: null,
  ...facts,
});

describe('an agent', () => {
  it('is saved as wanted, with a tidy name', () => {
    given(agents)()
      .when(agent({ name: ' Eve  Martin ' }))
      .then({ type: 'saved', agent: { ...eve, name: 'Eve Martin' } });
  });
  it('may be forwarded to a number outside', () => {
    given(agents)(agent())
      .when(agent({ forwarding: '+33612345678' }))
      .then({ agent: { ...eve, forwarding: '+33612345678' } });
  });
  it('that stays the same is not told again', () => given(agents)(agent()).when(agent()).thenNothing());
  it('that is there keeps its id', () =>
    given(agents)(agent())
      .when(agent({ name: 'Eva' }, { idIsTaken: true }))
      .then({ type: 'saved' }));

  it.each<[AgentRefusal, string, SaveAgent]>([
    ['DEACTIVATED', 'somebody who was deactivated', agent({}, { isDeactivated: true })],
    ['INVALID_ID', 'an id that no subject can hold', agent({ id: 'e.v e' })],
    ['ID_TAKEN', 'an id that somebody has', agent({}, { idIsTaken: true })],
    ['INVALID_NAME', 'no name', agent({ name: ' ' })],
    ['INVALID_NAME', 'a name that cannot be read', agent({ name: 'E\u0000ve' })],
    ['INVALID_EXTENSION', 'an extension of letters', agent({ extension: '1a' })],
    ['INVALID_EXTENSION', 'an extension of one digit', agent({ extension: '1' })],
    ['EXTENSION_TAKEN', 'an extension that a colleague has', agent({}, { extensionIsTaken: true })],
    ['INVALID_FORWARDING', 'a forwarding to nowhere', agent({ forwarding: '+3300' }, { forwardingIsValid: false })],
    [
      'FORBIDDEN_DESTINATION',
      'a forwarding that costs too much',
      agent({ forwarding: '+33899123456' }, { forwardingTooCostly: refuse('FORBIDDEN_DESTINATION', 'Too much.') }),
    ],
    ['INVALID_FORWARDING', 'a forwarding in circles', agent({ forwarding: '+33187000003' }, { forwardingIsOurs: true })],
  ])('%s: %s', (code, _, command) => given(agents)().when(command).thenRefused(code));
});

describe('a team', () => {
  const team = (o: Partial<SaveTeam['team']> = {}, idIsTaken = false): SaveTeam => ({
    team: { id: 'night', account: 'demo', name: 'Night', memberIds: ['bob', 'dan'], ...o },
    idIsTaken,
  });
  it('has each member once', () => {
    given(teams)()
      .when(team({ memberIds: ['bob', 'dan', 'bob'] }))
      .then({ type: 'saved', team: team().team });
  });
  it('may be empty', () =>
    given(teams)(team())
      .when(team({ memberIds: [] }))
      .then({ team: team({ memberIds: [] }).team }));
  it('of the same members in another order is the same', () =>
    given(teams)(team())
      .when(team({ memberIds: ['dan', 'bob'] }))
      .thenNothing());
  it('needs a free id and a name', () => {
    given(teams)().when(team({}, true)).thenRefused('ID_TAKEN');
    given(teams)()
      .when(team({ name: '' }))
      .thenRefused('INVALID_NAME');
  });
});

describe('a Number', () => {
  const night: Line = {
    id: 'night',
    account: 'demo',
    label: 'Night',
    e164: '+33187000005',
    distribution: [],
    greeting: null,
    voicemailMessage: null,
    language: null,
    files: { greeting: null, voicemail: null, unavailable: null, music: null },
    openingHours: null,
    dedicatedAgentId: null,
    dedicatedTeamId: null,
    voicemail: false,
    unavailabilityMessage: null,
    recording: null,
  };
  const line = (o: Partial<Line> = {}, facts: Partial<Omit<SaveLine, 'line'>> = {}): SaveLine => ({
    line: { ...night, ...o },
    idIsTaken: false,
    numberIsValid: true,
    numberIsTaken: false,
    timeZoneIsKnown: true,
    holderHas: null,
    ...facts,
  });
  const open = (day: number, from: string, to: string) => line({ openingHours: { timeZone: 'Europe/Paris', spans: [{ day, from, to }] } });
  const rings = (o: Partial<Line['distribution'][number]>) =>
    line({ distribution: [{ agentId: 'bob', teamId: null, how: 'ALL_AT_ONCE', ringSeconds: null, ...o }] });

  it('S22 is one agent’s own', () => {
    given(lines)(line())
      .when(line({ dedicatedAgentId: 'bob' }))
      .then({ type: 'saved', line: { ...night, dedicatedAgentId: 'bob' } });
  });
  it('says nothing where the text is empty', () => {
    given(lines)()
      .when(line({ greeting: ' ', unavailabilityMessage: ' Closed. ' }))
      .then({ line: { ...night, unavailabilityMessage: 'Closed.' } });
  });
  it.each([open(1, '00:00', '24:00'), open(7, '08:30', '08:31'), rings({ ringSeconds: 5 }), rings({ agentId: null, teamId: 'sales' })])(
    'is kept as wanted: %j',
    (command) => given(lines)().when(command).then({ line: command.line }),
  );

  it.each<[LineRefusal, string, SaveLine]>([
    ['ID_TAKEN', 'an id that something has', line({}, { idIsTaken: true })],
    ['INVALID_NAME', 'no label', line({ label: '' })],
    ['INVALID_NUMBER', 'a number that cannot exist', line({}, { numberIsValid: false })],
    ['NUMBER_TAKEN', 'a number that somebody owns', line({}, { numberIsTaken: true })],
    ['INVALID_TEXT', 'a greeting without end', line({ greeting: 'x'.repeat(LONGEST_TEXT + 1) })],
    ['INVALID_TEXT', 'a message that cannot be said', line({ unavailabilityMessage: 'a\u0007b' })],
    ['INVALID_TEXT', 'a voicemail without end', line({ voicemailMessage: 'x'.repeat(LONGEST_TEXT + 1) })],
    ['INVALID_LANGUAGE', 'a language that nobody can speak', line({ language: 'xx' })],
    ['INVALID_LANGUAGE', 'a language by its name', line({ language: 'French' })],
    ['INVALID_OPENING_HOURS', 'a zone that does not exist', { ...open(1, '08:00', '09:00'), timeZoneIsKnown: false }],
    ['INVALID_OPENING_HOURS', 'a day that does not exist', open(0, '08:00', '09:00')],
    ['INVALID_OPENING_HOURS', 'a time that does not exist', open(1, '08:60', '09:00')],
    ['INVALID_OPENING_HOURS', 'hours over midnight', open(1, '22:00', '02:00')],
    ['INVALID_OPENING_HOURS', 'hours without length', open(1, '08:00', '08:00')],
    ['INVALID_DISTRIBUTION', 'a step that rings nobody', rings({ agentId: null })],
    ['INVALID_DISTRIBUTION', 'a step that rings two', rings({ teamId: 'sales' })],
    ['INVALID_DISTRIBUTION', 'a step that hardly rings', rings({ ringSeconds: 4 })],
    ['INVALID_DISTRIBUTION', 'steps without end', line({ distribution: Array(21).fill(rings({}).line.distribution[0]) })],
    ['TWO_HOLDERS', 'an agent’s and a team’s own', line({ dedicatedAgentId: 'bob', dedicatedTeamId: 'sales' })],
  ])('%s: %s', (code, _, command) => given(lines)().when(command).thenRefused(code));

  it('S22 is not the second of its holder', () => {
    given(lines)(line())
      .when(line({ dedicatedAgentId: 'bob' }, { holderHas: 'Bob' }))
      .thenRefused('ALREADY_DEDICATED');
  });
});

describe('the policy', () => {
  const policy = (o: Partial<SavePolicy['policy']> = {}, unknownCountries: readonly string[] = []): SavePolicy => ({
    policy: { ...usualPolicy, ...o },
    unknownCountries,
    timeZoneIsKnown: true,
  });
  it.each([
    { ringSeconds: 5 },
    { ringSeconds: 120 },
    { wrapUpSeconds: 0 },
    { wrapUpSeconds: 600 },
    { busyAfterColdSeconds: 3_600 },
    { recordingDays: 1, historyDays: 36_500 },
  ])('is kept within its bounds: %j', (o) => {
    given(policies)()
      .when(policy(o))
      .then({ type: 'saved', policy: { ...usualPolicy, ...o } });
  });
  it('holds each country and number once', () => {
    given(policies)()
      .when(policy({ allowedCountries: ['FR', 'FR'], blockedNumbers: ['+33612345678', '+33612345678'] }))
      .then({ policy: { ...usualPolicy, allowedCountries: ['FR'], blockedNumbers: ['+33612345678'] } });
  });
  it('holds each tag once, however it is written', () => {
    given(policies)()
      .when(policy({ tags: [' Sale ', 'sale', 'Not  now', ''] }))
      .then({ policy: { ...usualPolicy, tags: ['Sale', 'Not now'] } });
  });
  it.each<[PolicyRefusal, SavePolicy]>([
    ['INVALID_RING_SECONDS', policy({ ringSeconds: 4 })],
    ['INVALID_RING_SECONDS', policy({ ringSeconds: 121 })],
    ['INVALID_WRAP_UP_SECONDS', policy({ wrapUpSeconds: -1 })],
    ['INVALID_WRAP_UP_SECONDS', policy({ wrapUpSeconds: 601 })],
    ['INVALID_BUSY_SECONDS', policy({ busyAfterColdSeconds: 3_601 })],
    ['INVALID_DAYS', policy({ recordingDays: 0 })],
    ['INVALID_DAYS', policy({ historyDays: 36_501 })],
    ['INVALID_TIME_ZONE', { ...policy({ timeZone: 'Europe/Nowhere' }), timeZoneIsKnown: false }],
    ['INVALID_TAG', policy({ tags: ['x'.repeat(51)] })],
    ['INVALID_TAG', policy({ tags: Array.from({ length: 201 }, (_, i) => `tag ${i}`) })],
    ['INVALID_COUNTRY', policy({ allowedCountries: ['XX'] }, ['XX'])],
    ['TOO_MANY_NUMBERS', policy({ blockedNumbers: Array.from({ length: MOST_BLOCKED + 1 }, (_, i) => `+336${i}`) })],
  ])('%s', (code, command) => given(policies)().when(command).thenRefused(code));
});
