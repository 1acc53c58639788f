import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@cordboard/testing';
import { findProgram } from '@cordboard/tools/others';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { CALLER, World, type AgentApp } from '../stories/people.ts';
import { placeIn, type Place } from './on-a-real-engine.ts';

let world: World, place: Place, alice: AgentApp, bob: AgentApp, server: Server, browser: Browser, page: Page;
beforeAll(async () => {
  world = await World.begin();
  place = placeIn(world);
  ({ alice, bob } = await world.people('alice', 'bob'));
  await world.simulator('DELETE', '/phones/bob');
  server = await serve(await bundled(join(import.meta.dirname, 'phone.page.mjs')));
  browser = await open(place.voiceOf('bob', 10));
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
  place?.leave();
  await world?.end();
});

/** In a process of its own: the bundler takes nothing from the realm that jest runs a spec in. */
async function bundled(input: string): Promise<string> {
  const program = `    const { rolldown } = await import('rolldown');
    const bundle = await rolldown({ input: ${JSON.stringify(input)}, platform: 'browser', logLevel: 'silent' });
    process.stdout.write((await bundle.generate({ format: 'iife' })).output[0].code);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { maxBuffer: 64 * 1024 ** 2 });
  return stdout;
}

async function serve(script: string): Promise<Server> {
  const started = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>phone</title><script>${script.replaceAll('</script', '<\\/script')}</script>`);
  });
  await new Promise<void>((listening) => started.listen(0, '127.0.0.1', listening));
  return started;
}

/** A browser that nobody sees, into whose microphone a file is spoken. */
async function open(voice: string): Promise<Browser> {
  const { command, env } = await findProgram('chromium');
  return launch({
    executablePath: command,
    env,
    headless: true,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${voice}`,
      '--autoplay-policy=no-user-gesture-required',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  });
}

const inPage = <Answer>(expression: string): Promise<Answer> => page.evaluate(expression) as Promise<Answer>;
/** The browser hears this party; its ear is a few Hz wide. */
const hears = (address: string) =>
  eventually(
    () => inPage<number>('hears()'),
    (tone) => Math.abs(tone - place.toneOf(address)) < 10,
  );
const phones = async (): Promise<readonly string[]> =>
  (
    await alice.get<{ agent: { devices: { id: string; kind: string; state: string }[] } }>(
      '{ agent(id: "bob") { devices { id kind state } } }',
    )
  ).agent.devices.flatMap(({ id, kind, state }) => (kind === 'PHONE' ? [`${id} ${state}`] : []));
const are = (...expected: readonly string[]) => eventually(phones, (seen) => JSON.stringify(seen) === JSON.stringify(expected));

it('an agent in a browser takes a warm transfer, and is away with the tab', async () => {
  const url = place.engine.url.replace(/^http/, 'ws');
  const account = { url: `${url}/ws`, server: '127.0.0.1', user: 'bob.web', password: place.engine.secrets['bob.web'] };
  await eventually(() => alice.steps('bob').at(-1) === 'OFFLINE');
  expect(await inPage(`plugIn(${JSON.stringify(account)})`)).toBe(true);
  await are('sip:bob UNREACHABLE', 'sip:bob.web IDLE');
  await eventually(() => alice.steps('bob').at(-1) === 'AVAILABLE');

  const { callerLeg, callId } = await world.talking(alice);
  const heard = (by: string, ...names: readonly string[]) =>
    eventually(
      async () => (await world.hears(callerLeg))[by]?.join(),
      (seen) => seen === names.join(),
    );
  const { startTransfer } = await alice.transfer({ callId, mode: 'WARM', target: { agentId: 'bob' } });
  await eventually(
    () => inPage('rings()'),
    (shown) => shown === 'Alice',
  );
  await are('sip:bob UNREACHABLE', 'sip:bob.web RINGING');
  await bob.rung('WARM_TRANSFER');
  await inPage('answer()');
  await heard('alice', 'bob');
  await hears('alice');
  await are('sip:bob UNREACHABLE', 'sip:bob.web BUSY');

  expect(await alice.settle('completeTransfer($id)', startTransfer.id)).toMatchObject({ status: 'COMPLETED' });
  await heard('caller', 'bob');
  await hears(CALLER);

  await page.close();
  await are('sip:bob UNREACHABLE');
  // a phone that says nothing more is given up by its silence, 30 s later
  await eventually(() => alice.steps('bob').at(-1) === 'OFFLINE', Boolean, 60_000);
  await eventually(async () => (await world.legs()).length === 0);
}, 120_000);
