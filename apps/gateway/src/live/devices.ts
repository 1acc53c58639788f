import { deviceClosed, deviceOpened, nodeRenewed } from '@cordboard/contracts';
import type { Bus } from '@cordboard/platform-messaging';
import { log, newId, Turns } from '@cordboard/platform-process';

/** What an agent app is reached on. */
export interface Device {
  readonly account: string;
  readonly agentId: string;
  readonly deviceId: string;
}

/** A socket of a device. */
export interface Closable {
  /** When the token that it came with, or its last one, ends; ISO 8601. */
  readonly tokenEnds: string | null;
  /** Ends it with 4403 and a reason that apps can show. */
  close(reason: string): void;
}

interface Held {
  readonly device: Device;
  readonly sockets: Set<Closable>;
  /** Presence knows of it, as far as this replica has heard. */
  told: boolean;
}

/** How often this replica renews its lease, in ms; presence lets go of its sockets after four of them. */
const EVERY = 2_000;

/** Tells presence which sockets this replica holds: one lease for all of them, not one heartbeat each. */
export class Devices {
  private readonly nodeId = newId();
  private readonly held = new Map<string, Held>();
  /** What presence is told of one device is told in order: an app that is loaded anew says goodbye and comes back in one moment. */
  private readonly turns = new Turns();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly bus: Bus) {}

  async start(): Promise<void> {
    await this.renew();
    this.timer = setInterval(() => void this.renew(), EVERY);
  }

  /** The sockets are lost, not closed: agents who come back to another replica never went away. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.allSettled(
      [...this.held.values()].map(({ device, sockets }) =>
        this.bus.ask(deviceClosed, { ...device, nodeId: this.nodeId, clean: false, tokenEnds: lastOf(sockets) }),
      ),
    );
  }

  /** Resolves once presence, and through it routing, knows the device. @returns false when there is no such agent */
  async opened(device: Device, socket: Closable): Promise<boolean> {
    const held = this.held.get(keyOf(device)) ?? { device, sockets: new Set(), told: false };
    held.sockets.add(socket);
    this.held.set(keyOf(device), held);
    try {
      const known = await this.turns.take(keyOf(device), () => this.tell(held));
      if (!known) this.held.delete(keyOf(device));
      return known;
    } catch (error) {
      log.warn({ err: error }, 'presence is away; it is told of this socket when it is back');
      return true;
    }
  }

  /** Presence has signed a device out: its sockets are closed where they are here. */
  readonly signedOut = ({ nodeId, ...device }: Device & { readonly nodeId: string }, why: 'SIGNED_OUT' | 'DEACTIVATED'): void => {
    const reason = why === 'DEACTIVATED' ? 'agent deactivated' : 'signed out on another device';
    if (nodeId === this.nodeId) for (const socket of this.held.get(keyOf(device))?.sockets ?? []) socket.close(reason);
  };

  /** @param clean the client said goodbye or was sent away; otherwise its socket was lost and the device lives on for a while (D15) */
  async closed(device: Device, socket: Closable, clean: boolean): Promise<void> {
    const held = this.held.get(keyOf(device));
    if (!held) return;
    held.sockets.delete(socket);
    const goodbye = this.turns.take(keyOf(device), async () => {
      if (held.sockets.size > 0 || this.held.get(keyOf(device)) !== held) return; // the same device has another socket here
      this.held.delete(keyOf(device));
      await this.bus.ask(deviceClosed, { ...device, nodeId: this.nodeId, clean, tokenEnds: socket.tokenEnds });
    });
    await goodbye.catch((error: unknown) => log.warn({ err: error }, 'presence was not told that a socket is gone; its lease will tell'));
  }

  private async tell(held: Held): Promise<boolean> {
    const { known } = await this.bus.ask(deviceOpened, { ...held.device, nodeId: this.nodeId });
    held.told = true;
    return known;
  }

  private async renew(): Promise<void> {
    try {
      const { known } = await this.bus.ask(nodeRenewed, { nodeId: this.nodeId });
      if (!known) for (const held of this.held.values()) held.told = false;
      await Promise.all([...this.held.values()].filter((held) => !held.told).map((held) => this.tell(held)));
    } catch (error) {
      log.warn({ err: error }, 'the lease could not be renewed; trying again');
    }
  }
}

/** When the last of their tokens ends. */
const lastOf = (sockets: ReadonlySet<Closable>): string | null =>
  [...sockets].map(({ tokenEnds }) => tokenEnds).reduce((last, one) => (one !== null && (last === null || one > last) ? one : last), null);

const keyOf = ({ account, agentId, deviceId }: Device): string => `${account} ${agentId} ${deviceId}`;
