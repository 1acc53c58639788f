import { reasonOf } from './reasons.ts';

const MEASURED = [
  { sip: 486, cause: 17, reason: 'busy' },
  { sip: 600, cause: 17, reason: 'busy' },
  { sip: 480, cause: 19, reason: 'no_answer' },
  { sip: 487, cause: 127, reason: 'no_answer' },
  { sip: 603, cause: 21, reason: 'rejected' },
  { sip: 607, cause: 127, reason: 'rejected' },
  { sip: 404, cause: 1, reason: 'invalid_number' },
  { sip: 410, cause: 22, reason: 'invalid_number' },
  { sip: 484, cause: 28, reason: 'invalid_number' },
  { sip: 408, cause: 18, reason: 'unreachable' },
  { sip: 500, cause: 38, reason: 'failed' },
  { sip: 502, cause: 27, reason: 'failed' },
  { sip: 503, cause: 34, reason: 'failed' },
  { sip: undefined, cause: 17, reason: 'busy' },
  { sip: undefined, cause: 127, reason: 'failed' },
] as const;

describe('why a leg of Asterisk has ended', () => {
  it.each(MEASURED)('SIP $sip with cause $cause is $reason', ({ sip, cause, reason }) => {
    expect(reasonOf(cause, sip, false)).toBe(reason);
  });

  it('is a hangup once it was answered, unless no audio came any more', () => {
    expect([reasonOf(16, 200, true), reasonOf(44, undefined, true)]).toEqual(['hangup', 'lost']);
  });
});
