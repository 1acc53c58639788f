import { CannotStart } from '@cordboard/platform-process';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Simulator } from './driver.ts';
import type { Network, NetworkLeg } from './network.ts';
import { NoSuchLeg, NotNow, type Phones } from './phones.ts';
import { REACTIONS } from './script.ts';
import { toneOf } from './tone.ts';

const number = z.string().regex(/^\+[1-9]\d{4,14}$/, 'is to be a number in E.164, like +33612345678');
const address = z.union([number, z.string().regex(/^[\w-]{1,128}$/)], 'is to be a number in E.164 or the id of an agent');
/** As a carrier may tell it: national, international, `anonymous`, or nothing at all. */
const told = z.string('is missing').max(80, 'is too long');
const NewCall = z.object({ from: told, to: told });
const NewScript = z.object({
  address,
  onRing: z.enum(REACTIONS, `is to be one of ${REACTIONS.join(', ')}`),
  afterMs: z.int('is to be whole milliseconds').min(0, 'cannot be negative').max(3_600_000, 'is an hour at most').default(0),
});
const Keys = z.object({ digits: z.string('is missing').regex(/^[0-9*#]{1,32}$/, 'are to be 1 to 32 of 0-9, * and #') });
const Agent = z.object({ agentId: z.string().regex(/^[\w-]{1,128}$/, 'is to be the id of an agent') });
const Transfer = z.object({ to: z.string('is missing').min(1, 'is empty').max(256, 'is too long') });
const ACTIONS = ['answer', 'reject', 'busy', 'fail', 'hangup'] as const satisfies readonly (keyof Phones)[];

/** The control API of the simulated network, where it listens. */
export interface Control {
  readonly url: string;
  /** Serves no longer, and ends the network. */
  close(): Promise<void>;
}

/**
 * Serves the control API. It asks nobody who they are, so `host` is the loopback interface unless something else keeps others out.
 * @throws CannotStart in production, and where the port is taken.
 */
export async function serveControl(simulator: Simulator, o: { host?: string; port: number; production: boolean }): Promise<Control> {
  if (o.production)
    throw new CannotStart('The simulated phone network must not run in production: unset NODE_ENV, or set ENGINE to a real call engine.');
  const server = controlApp(simulator).listen(o.port, o.host ?? '127.0.0.1');
  server.keepAliveTimeout = 0; // who asks again in the moment in which an idle connection is given up would fail
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new CannotStart(`Port ${o.port} is in use by another program; set SIMULATOR_PORT to a free one.`)
          : error,
      ),
    );
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        simulator.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function controlApp(simulator: Simulator): express.Express {
  const { network, phones, script } = simulator;
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ type: () => true, limit: '10kb' }));
  app.post('/calls', (req, res) => {
    const { from, to } = read(NewCall, req.body);
    res.json({ legId: phones.call(from, to).id });
  });
  app.get('/legs', (_req, res) => void res.json(network.legs.map((leg) => shown(leg, network.heardBy(leg), network.messageHeardBy(leg)))));
  for (const action of ACTIONS)
    app.post(`/legs/:id/${action}`, (req, res) => {
      phones[action](req.params.id);
      res.json({ legId: req.params.id });
    });
  app.post('/legs/:id/dtmf', (req, res) => {
    phones.dtmf(req.params.id, read(Keys, req.body).digits);
    res.json({ legId: req.params.id });
  });
  for (const is of ['hold', 'resume'] as const)
    app.post(`/legs/:id/${is}`, (req, res) => {
      phones.key(req.params.id, { is });
      res.json({ legId: req.params.id });
    });
  app.post('/legs/:id/transfer', (req, res) => {
    phones.key(req.params.id, { is: 'transfer', ...read(Transfer, req.body) });
    res.json({ legId: req.params.id });
  });
  app.post('/script', (req, res) => {
    const { address: at, ...behaviour } = read(NewScript, req.body);
    script.set(at, behaviour);
    res.json({ address: at, ...behaviour });
  });
  app.post('/phones/:agentId', (req, res) => {
    network.plug(read(Agent, req.params).agentId, true);
    res.json(network.plugged);
  });
  app.delete('/phones/:agentId', (req, res) => {
    network.plug(read(Agent, req.params).agentId, false);
    res.json(network.plugged);
  });
  app.delete('/engine', (_req, res) => {
    simulator.cut();
    res.json({ connected: simulator.connected });
  });
  app.post('/engine', (_req, res) => {
    simulator.restore();
    res.json({ connected: simulator.connected });
  });
  app.post('/engine/restart', (_req, res) => {
    simulator.restart();
    res.json({ connected: simulator.connected });
  });
  app.use((req, res) => void res.status(404).json({ error: `There is no ${req.method} ${req.path} here.` }));
  app.use(
    (error: Error, _req: Request, res: Response, _next: NextFunction) => void res.status(statusOf(error)).json({ error: error.message }),
  );
  return app;
}

const shown = (leg: NetworkLeg, heard: readonly string[], message: ReturnType<Network['messageHeardBy']>) => ({
  id: leg.id,
  address: leg.address,
  party: leg.agent ? leg.address : 'external',
  state: leg.state,
  callId: leg.callId,
  held: leg.held,
  hears: heard,
  message,
  display: leg.shows?.number ?? null,
  keys: leg.keys,
  transfer: leg.transfer,
  tone: toneOf(leg.address),
});

class BadInput extends Error {}

function read<T extends z.ZodType>(shape: T, body: unknown): z.output<T> {
  const parsed = shape.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new BadInput(`${parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the body'} ${issue.message}`).join('; ')}.`);
}

function statusOf(error: Error): number {
  if (error instanceof NoSuchLeg) return 404;
  if (error instanceof NotNow) return 409;
  if (error instanceof BadInput) return 400;
  return (error as { status?: number }).status ?? 500;
}
