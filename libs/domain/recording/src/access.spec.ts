import { assigneesOf, mayHear, type Assignment, type Listener } from './index.ts';

const agent = (agentId: string): Listener => ({ agentId, role: 'AGENT' });
const ofBobsNumber: Assignment = { callAgentIds: [], numberAgentIds: assigneesOf({ dedicatedAgentId: 'bob', teamMemberIds: [] }) };
const ofTheTeamsNumber: Assignment = {
  callAgentIds: [],
  numberAgentIds: assigneesOf({ dedicatedAgentId: null, teamMemberIds: ['bob', 'dan'] }),
};
const ofAlicesCall: Assignment = { callAgentIds: ['alice'], numberAgentIds: assigneesOf({ dedicatedAgentId: null, teamMemberIds: [] }) };

describe('who may hear a recording', () => {
  it.each(['SUPERVISOR', 'ADMIN'] as const)('S29 a %s every one', (role) => {
    for (const recording of [ofBobsNumber, ofTheTeamsNumber, ofAlicesCall]) expect(mayHear({ agentId: 'sam', role }, recording)).toBe(true);
  });

  it.each<[who: string, recording: string, of: Assignment, may: boolean]>([
    ['bob', 'his own Number', ofBobsNumber, true],
    ['dan', 'a colleague’s Number', ofBobsNumber, false],
    ['dan', 'his team’s Number', ofTheTeamsNumber, true],
    ['alice', 'another team’s Number', ofTheTeamsNumber, false],
    ['alice', 'the call in which she talked last, on a Number of nobody', ofAlicesCall, true],
    ['bob', 'a call in which somebody else did', ofAlicesCall, false],
  ])('S30 %s, of %s', (who, _, recording, may) => {
    expect(mayHear(agent(who), recording)).toBe(may);
  });
});
