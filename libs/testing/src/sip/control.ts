import express, { type NextFunction, type Request, type Response } from 'express';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { SipCall } from './call.ts';
import { act, type PhoneNetwork } from './network.ts';
import type { SipPhone } from './phone.ts';

const number = z.string().regex(/^\+[1-9]\d{4,14}$/, 'is to be a number in E.164, like +33612345678');
const agentId = z.string().regex(/^[\w-]{1,128}$/, 'is to be the id of an agent');
/** As a carrier may tell it: national, international, `anonymous`, or nothing at all. */
const told = z.string('is missing').max(80, 'is too long');
const NewCall = z.object({ from: told, to: told });
const NewScript = z.object({
  address: z.union([number, agentId], 'is to be a number in E.164 or the id of an agent'),
  onRing: z.enum(['answer', 'reject', 'busy', 'fail', 'ignore'], 'is to be one of answer, reject, busy, fail, ignore'),
  afterMs: z.int('is to be whole milliseconds').min(0, 'cannot be negative').max(3_600_000, 'is an hour at most').default(0),
});
const Keys = z.object({ digits: z.string('is missing').regex(/^[0-9*#]{1,32}$/, 'are to be 1 to 32 of 0-9, * and #') });
const Transfer = z.object({ to: z.string('is missing').min(1, 'is empty').max(256, 'is too long') });

/** A person cannot do that: `status` says why, as HTTP does. */
class Impossible extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What can happen to the engine and to the connection with it. */
export interface EngineFaults {
  cut(): void;
  restore(): void;
  /** It dies with every call, and begins a new life. */
  restart(): Promise<void>;
}

/**
 * The same control API that the simulated network has, over real telephones: requests, answers and refusals are the same, so that one
 * client plays the same on both.
 */
export async function servePhones(
  network: PhoneNetwork,
  { port = 0, faults }: { port?: number; faults?: EngineFaults } = {},
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ type: () => true, limit: '10kb' }));
  app.post('/calls', async (req, res) => {
    const { from, to } = read(NewCall, req.body);
    res.json({ legId: (await network.call(from, to)).id });
  });
  app.get('/legs', async (_req, res) => void res.json(await network.legs()));
  app.post('/legs/:id/hangup', async (req, res) => {
    await found(network, req.params.id).hangup();
    res.json({ legId: req.params.id });
  });
  app.post('/legs/:id/dtmf', (req, res) => {
    found(network, req.params.id).media.press(read(Keys, req.body).digits);
    res.json({ legId: req.params.id });
  });
  for (const is of ['hold', 'resume'] as const)
    app.post(`/legs/:id/${is}`, async (req, res) => {
      await found(network, req.params.id).hold(is === 'hold');
      res.json({ legId: req.params.id });
    });
  app.post('/legs/:id/transfer', async (req, res) => {
    await found(network, req.params.id).transfer(read(Transfer, req.body).to);
    res.json({ legId: req.params.id });
  });
  for (const action of ['answer', 'reject', 'busy', 'fail'] as const)
    app.post(`/legs/:id/${action}`, (req, res) => {
      const call = found(network, req.params.id);
      if (call.state !== 'ringing') throw new Impossible(409, `Leg ${call.id} does not ring.`);
      act(call, action);
      res.json({ legId: call.id });
    });
  app.post('/script', (req, res) => {
    const { address, ...behaviour } = read(NewScript, req.body);
    network.script(address, behaviour);
    res.json({ address, ...behaviour });
  });
  app.post('/phones/:agentId', async (req, res) => {
    await phoneOf(network, req.params.agentId).register();
    res.json({ agentId: req.params.agentId });
  });
  app.delete('/phones/:agentId', async (req, res) => {
    await phoneOf(network, req.params.agentId).register(0);
    res.json({ agentId: req.params.agentId });
  });
  if (faults) {
    app.delete('/engine', (_req, res) => {
      faults.cut();
      res.json({ connected: false });
    });
    app.post('/engine', (_req, res) => {
      faults.restore();
      res.json({ connected: true });
    });
    app.post('/engine/restart', async (_req, res) => {
      await faults.restart();
      res.json({ connected: true });
    });
  }
  app.use((req, res) => void res.status(404).json({ error: `There is no ${req.method} ${req.path} here.` }));
  app.use(
    (error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) =>
      void res.status(error.status ?? 500).json({ error: error.message }),
  );
  const server = app.listen(port, '127.0.0.1');
  server.keepAliveTimeout = 0; // who asks again in the moment in which an idle connection is given up would fail
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function found(network: PhoneNetwork, id: string): SipCall {
  const call = network.calls.find((one) => one.id === id);
  if (!call) throw new Impossible(404, `There is no live leg ${id}: it never was, or it has ended.`);
  return call;
}

function phoneOf(network: PhoneNetwork, agent: string): SipPhone {
  const phone = network.deviceOf(agent);
  if (!phone) throw new Impossible(404, `${agent} has no test phone.`);
  return phone;
}

/** @throws Impossible where a body is not as it is to be */
function read<T extends z.ZodType>(shape: T, body: unknown): z.output<T> {
  const parsed = shape.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the body'} ${issue.message}`);
  throw new Impossible(400, `${wrong.join('; ')}.`);
}
