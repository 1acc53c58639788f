import { Webhook } from 'standardwebhooks';
import { newSecret, rotatedAway } from '../webhooks/secrets.ts';
import { signedHeaders } from './signature.ts';

const NOW = new Date();
const body = '{"type":"call.ended"}';
const [first, second, third] = [newSecret(), newSecret(), newSecret()];
const signed = (secret: string, former: Parameters<typeof signedHeaders>[0]['former'] = [], now = NOW) =>
  signedHeaders({ messageId: 'msg_1', body, secret, former }, now);
const verifies = (secret: string, text: string, headers: Record<string, string>): boolean => {
  try {
    new Webhook(secret).verify(text, headers);
    return true;
  } catch {
    return false;
  }
};

it('is the vector of the specification', () => {
  const headers = signedHeaders(
    {
      messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      former: [],
    },
    new Date(1_614_265_330_000),
  );
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('holds for what was sent, and for nothing else', () => {
  const headers = signed(first);
  expect(verifies(first, body, headers)).toBe(true);
  expect(verifies(second, body, headers)).toBe(false);
  expect(verifies(first, body.replace('ended', 'tagged'), headers)).toBe(false);
  expect(verifies(first, body, { ...headers, 'webhook-id': 'msg_2' })).toBe(false);
  expect(verifies(first, body, { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) })).toBe(false);
});

it.each([-301, 301])('does not hold %i seconds away', (seconds) => {
  const second = (): number => Math.floor(Date.now() / 1_000);
  let begun: number, holds: boolean;
  do {
    begun = second();
    holds = verifies(first, body, signed(first, [], new Date(Date.now() + seconds * 1_000)));
  } while (second() !== begun); // whoever verifies counts in seconds, too
  expect(holds).toBe(false);
});

it('is made with former secrets too, each for 24 hours after its rotation', () => {
  const after = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);
  const once = rotatedAway(first, [], NOW);
  const twice = rotatedAway(second, once, after(10));
  expect([first, second].map((secret) => verifies(secret, body, signed(second, once)))).toEqual([true, true]);
  const signatures = (now: Date): number => signed(third, twice, now)['webhook-signature']?.split(' ').length ?? 0;
  expect([11, 23.99, 24, 33.99, 34].map((hours) => signatures(after(hours)))).toEqual([3, 3, 2, 2, 1]);
  expect(rotatedAway(third, twice, after(30)).map(({ secret }) => secret)).toEqual([third, second]);
});

it('has a secret of 256 bits, never the same', () => {
  expect(Buffer.from(first.replace('whsec_', ''), 'base64')).toHaveLength(32);
  expect(new Set(Array.from({ length: 100 }, newSecret)).size).toBe(100);
});
