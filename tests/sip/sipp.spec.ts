import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort, RATE, toByte } from '@cordboard/testing';
import { findProgram } from '@cordboard/tools/others';
import { MAIN, World, type AgentApp } from '../stories/people.ts';
import { placeIn, type Place } from './on-a-real-engine.ts';

const CALLER = '+33699000001';
/** The caller speaks as somebody does who is in no call, and whom the telephones know. */
const VOICE = 'ada';
/** The carrier's addresses are known by their IP alone; the test carrier is at the same one. */
const CARRIER = '127.0.0.10';

let world: World, place: Place, alice: AgentApp;
beforeAll(async () => {
  world = await World.begin();
  place = placeIn(world);
  ({ alice } = await world.people('alice'));
}, 120_000);
afterAll(async () => {
  place?.leave();
  await world?.end();
});

it('SIPp, as the carrier, calls a Number: the agent hears the caller, and hangs up', async () => {
  const { command, env } = await findProgram('sipp');
  const tone = place.toneOf(VOICE);
  const samples = Array.from({ length: 20 * RATE }, (_, i) => toByte(Math.round(8_000 * Math.sin((2 * Math.PI * tone * i) / RATE))));
  writeFileSync(join(place.dir, 'caller.ulaw'), Buffer.from(samples));
  writeFileSync(join(place.dir, 'caller.xml'), scenario());
  const [port, media] = [await freePort(), await freePort()];
  const numbers = ['-s', MAIN, '-m', '1', '-i', CARRIER, '-p', String(port), '-mp', String(media), '-timeout', '60'];
  const child = spawn(command, ['-sf', 'caller.xml', ...numbers, '-nostdin', `127.0.0.1:${place.engine.sipPort}`], { cwd: place.dir, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));

  const offer = await alice.rung('DIRECT');
  expect(offer.displayNumber).toBe(CALLER);
  const { acceptOffer } = await alice.accept(offer.id);
  await eventually(
    async () => (await world.legs()).find(({ party }) => party === 'alice')?.hears.join(),
    (heard) => heard === VOICE,
  );
  await alice.get('mutation($id: ID!) { hangUp(callId: $id) { __typename } }', { id: acceptOffer.id });
  expect({ status: await ended, said: said.slice(-2_000) }).toMatchObject({ status: 0 });
});

/** Calls, speaks, and waits to be hung up on. */
const scenario = (): string => `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="a caller">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${CALLER}@[local_ip]>;tag=[call_number]
To: <sip:[service]@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:${CALLER}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0
]]></send>
  <nop><action><exec rtp_stream="caller.ulaw,-1,0"/></action></nop>
  <recv request="BYE" timeout="50000"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0
]]></send>
</scenario>
`;
