import { redact } from './redact.ts';

it.each([
  ['nats://user:secret@one:4222', 'nats://***@one:4222'],
  ['nats://secret@one:4222,tls://user:secret@two', 'nats://***@one:4222,tls://***@two'],
  ['postgresql://user:se/c#r@et@host/db is away', 'postgresql://***@host/db is away'],
  ['{"msg":"to http://user:secret@host:8088/ari","at":"a@b"}', '{"msg":"to http://***@host:8088/ari","at":"a@b"}'],
  ['postgresql://host/db?user=u&password=secret&x=1', 'postgresql://host/db?user=u&password=***&x=1'],
  ['https://host/path?x=1', 'https://host/path?x=1'],
  ['sip:alice@host', 'sip:alice@host'],
])('The credentials of the URLs in %s are removed', (text, redacted) => expect(redact(text)).toBe(redacted));
