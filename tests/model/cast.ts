import { noFiles, usualPolicy, type DirectoryEvent, type DistributionStep, type NumberEntry } from '@cordboard/contracts';

/** The account that the model plays in. Extensions are what colleagues see of each other. */
export const AGENTS = {
  alice: { extension: '101', mayDialOut: true, line: 'main', forwarding: null },
  bob: { extension: '102', mayDialOut: true, line: 'main', forwarding: null },
  carol: { extension: '103', mayDialOut: false, line: 'main', forwarding: null },
  dan: { extension: '104', mayDialOut: true, line: null, forwarding: null },
  fred: { extension: '105', mayDialOut: true, line: 'main', forwarding: '+33611223344' },
} as const;
export type AgentId = keyof typeof AGENTS;
export const NAMES = Object.keys(AGENTS) as readonly AgentId[];

export const TEAMS = { sales: ['alice', 'bob', 'carol'], desk: ['dan', 'fred'] } as const;

type Members = { readonly team: keyof typeof TEAMS } | { readonly agent: AgentId };
export interface Line {
  readonly e164: string;
  readonly steps: readonly (Members & { readonly how: DistributionStep['how'] })[];
  readonly greets: boolean;
  readonly open: boolean;
  readonly voicemail: boolean;
}
export const LINES: Readonly<Record<string, Line>> = {
  main: { e164: '+33187000001', steps: [{ team: 'sales', how: 'ALL_AT_ONCE' }], greets: false, open: true, voicemail: false },
  support: {
    e164: '+33187000002',
    steps: [
      { team: 'desk', how: 'LONGEST_IDLE' },
      { team: 'sales', how: 'ALL_AT_ONCE' },
    ],
    greets: true,
    open: true,
    voicemail: true,
  },
  queue: {
    e164: '+33187000003',
    steps: [
      { team: 'sales', how: 'ROUND_ROBIN' },
      { team: 'sales', how: 'ALL_AT_ONCE' },
      { agent: 'dan', how: 'ALL_AT_ONCE' },
    ],
    greets: false,
    open: true,
    voicemail: false,
  },
  shut: { e164: '+33187000004', steps: [{ team: 'sales', how: 'ALL_AT_ONCE' }], greets: true, open: false, voicemail: true },
  empty: { e164: '+33187000005', steps: [], greets: true, open: true, voicemail: false },
};

export const CALLER = '+33612345678';
export const OUTSIDE = '+33145678901';
export const BLOCKED = '+33145678999';
/** No such number exists. */
export const NOWHERE = '+33000000000';
/** Contacts, and the phone numbers that they stand for. */
export const CONTACTS: Readonly<Record<string, string>> = {
  'to-support': '+33187000002',
  'to-empty': '+33187000005',
  'to-partner': OUTSIDE,
  'to-nowhere': NOWHERE,
};

const stepOf = (step: Line['steps'][number]): DistributionStep => ({
  agentId: 'agent' in step ? step.agent : null,
  teamId: 'team' in step ? step.team : null,
  how: step.how,
  ringSeconds: null,
});

const numberOf = (id: string, line: Line): NumberEntry => ({
  id,
  label: id,
  e164: line.e164,
  distribution: line.steps.map(stepOf),
  greeting: line.greets ? 'Hello.' : null,
  openingHours: line.open ? null : { timeZone: 'Europe/Paris', spans: [] },
  dedicatedAgentId: null,
  dedicatedTeamId: null,
  voicemail: line.voicemail,
  recording: null,
  unavailabilityMessage: null,
  voicemailMessage: null,
  language: null,
  files: noFiles,
});

/** All that the directory has to say of it. */
export const directory: readonly DirectoryEvent[] = [
  {
    type: 'policy.saved',
    policy: { ...usualPolicy, wrapUpSeconds: 0, blockedNumbers: [BLOCKED] },
  },
  ...NAMES.map((id): DirectoryEvent => {
    const { extension, mayDialOut, line, forwarding } = AGENTS[id];
    const agent = {
      id,
      name: id,
      extension,
      role: 'AGENT',
      defaultNumberId: line,
      dedicatedNumberId: null,
      forwarding,
      mayDialOut,
    } as const;
    return { type: 'agent.saved', agent };
  }),
  ...Object.entries(TEAMS).map(([id, memberIds]): DirectoryEvent => ({
    type: 'team.saved',
    team: { id, name: id, memberIds: [...memberIds], dedicatedNumberId: null },
  })),
  ...Object.entries(LINES).map(([id, line]): DirectoryEvent => ({ type: 'number.saved', number: numberOf(id, line) })),
  ...Object.entries(CONTACTS).map(([id, e164]): DirectoryEvent => ({
    type: 'contact.saved',
    contact: { id, name: id, e164, numberId: Object.entries(LINES).find(([, line]) => line.e164 === e164)?.[0] ?? null },
  })),
];
