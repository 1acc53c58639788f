import { noFiles, usualPolicy } from '@cordboard/contracts';
import type { AgentEntry, NumberEntry, TeamEntry } from '@cordboard/contracts';

type NewAgent = Omit<AgentEntry, 'dedicatedNumberId'>;
const agent = (
  id: string,
  name: string,
  extension: string,
  defaultNumberId: string | null,
  role: NewAgent['role'] = 'AGENT',
): NewAgent => ({
  id,
  name,
  extension,
  role,
  defaultNumberId,
  forwarding: null,
  mayDialOut: true,
});

const number = (id: string, label: string, e164: string, rest: Partial<NumberEntry>): NumberEntry => ({
  id,
  label,
  e164,
  distribution: [],
  greeting: null,
  openingHours: null,
  dedicatedAgentId: null,
  dedicatedTeamId: null,
  recording: null,
  voicemail: false,
  unavailabilityMessage: null,
  voicemailMessage: null,
  language: null,
  files: noFiles,
  ...rest,
});

const rings = (whom: { agentId: string } | { teamId: string }): NumberEntry['distribution'] => [
  { agentId: null, teamId: null, how: 'ALL_AT_ONCE', ringSeconds: null, ...whom },
];

/** The account that development and outside tests find. Its ids are the words that people use for it. */
export const demoAccount = {
  account: 'demo',
  agents: [
    agent('alice', 'Alice', '101', 'main'),
    agent('bob', 'Bob', '102', 'bob'),
    agent('carol', 'Carol', '103', 'quiet'),
    agent('dan', 'Dan', '104', 'main'),
    agent('sam', 'Sam', '201', null, 'SUPERVISOR'),
    agent('ada', 'Ada', '202', null, 'ADMIN'),
  ],
  teams: [
    { id: 'support', name: 'Support', memberIds: ['bob', 'carol', 'dan'] },
    { id: 'sales', name: 'Sales', memberIds: ['alice', 'dan'] },
  ] satisfies Omit<TeamEntry, 'dedicatedNumberId'>[],
  numbers: [
    number('main', 'Main', '+33187000001', { distribution: rings({ teamId: 'sales' }) }),
    number('support', 'Support', '+33187000002', {
      distribution: rings({ teamId: 'support' }),
      dedicatedTeamId: 'support',
      voicemail: true,
    }),
    number('bob', 'Bob', '+33187000003', { distribution: rings({ agentId: 'bob' }), dedicatedAgentId: 'bob', voicemail: true }),
    number('quiet', 'Quiet', '+33187000004', {
      distribution: rings({ agentId: 'carol' }),
      dedicatedAgentId: 'carol',
      unavailabilityMessage: 'Nobody can take your call at the moment. Please call again later.',
      language: 'en',
    }),
  ],
  contacts: [{ id: 'bob-direct', account: 'demo', name: 'Bob (direct)', e164: '+33187000003', numberId: 'bob' }],
  policy: usualPolicy,
} as const;
