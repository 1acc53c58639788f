import express, { type NextFunction, type Request, type Response } from 'express';
import type { AddressInfo } from 'node:net';
import type { SipCall } from './call.ts';
import { act, type Behaviour, type PhoneNetwork } from './network.ts';

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
 * The same control API that the simulated network has, over real telephones: what is told of a network in a story or in the README holds
 * for both. What is wrong in a body is not told apart here.
 */
export async function servePhones(
  network: PhoneNetwork,
  { port = 0, faults }: { port?: number; faults?: EngineFaults } = {},
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ type: () => true, limit: '10kb' }));
  app.post('/calls', async (req, res) => {
    const { from, to } = req.body as { from: string; to: string };
    res.json({ legId: (await network.call(from, to)).id });
  });
  app.get('/legs', async (_req, res) => void res.json(await network.legs()));
  app.post('/legs/:id/hangup', async (req, res) => {
    await found(network, req.params.id).hangup();
    res.json({ legId: req.params.id });
  });
  app.post('/legs/:id/dtmf', (req, res) => {
    found(network, req.params.id).media.press((req.body as { digits: string }).digits);
    res.json({ legId: req.params.id });
  });
  for (const is of ['hold', 'resume'] as const)
    app.post(`/legs/:id/${is}`, async (req, res) => {
      await found(network, req.params.id).hold(is === 'hold');
      res.json({ legId: req.params.id });
    });
  app.post('/legs/:id/transfer', async (req, res) => {
    await found(network, req.params.id).transfer((req.body as { to: string }).to);
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
    const { address, afterMs = 0, onRing } = req.body as { address: string } & Partial<Behaviour>;
    const behaviour = { onRing: onRing ?? 'ignore', afterMs };
    network.script(address, behaviour);
    res.json({ address, ...behaviour });
  });
  app.post('/phones/:agentId', async (req, res) => {
    await network.device(req.params.agentId).register();
    res.json({ agentId: req.params.agentId });
  });
  app.delete('/phones/:agentId', async (req, res) => {
    await network.device(req.params.agentId).register(0);
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
