import type { Phone } from '@cordboard/contracts';
import { isReachable, type WhySignedOut } from '@cordboard/domain-presence';
import type { Sql } from '@cordboard/platform-database';
import { isPassing } from '@cordboard/platform-database';
import { log } from '@cordboard/platform-process';
import type { LeaseStore } from './lease.store.ts';
import type { Changed, PresenceHandler } from '../agents/presence.handler.ts';
import type { DeviceStore, SocketOf } from './device.store.ts';
import type { PhoneStore } from './phone.store.ts';

/** How often leases that ran out are looked for, in ms. */
const EVERY = 1_000;
/** How long an unknown agent is waited for, in ms. */
const PATIENCE = 1_000;

/** Sockets come and go: what that makes of their agents is decided and told to routing before the gateway is answered. */
export class DeviceHandler {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly devices: DeviceStore,
    private readonly leases: LeaseStore,
    private readonly phones: PhoneStore,
    private readonly presence: PresenceHandler,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.leases.loseExpiredNodes().catch((error: unknown) => {
        if (!isPassing(error)) log.error({ err: error }, 'leases could not be looked through');
      });
    }, EVERY);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * An agent whom the directory has only just told of is waited for.
   * @param nextTold resolves when the directory has told something, or after as many ms
   * @returns whether there is such an agent, and active
   */
  async opened(socket: SocketOf, nextTold: (atMostMs: number) => Promise<void>): Promise<boolean> {
    for (const end = performance.now() + PATIENCE; ; await nextTold(50)) {
      const changed = await this.recount(socket.account, socket.agentId, (tx) => this.devices.open(tx, socket), true);
      if (changed.is !== 'unknown') return true;
      if (performance.now() >= end) return false;
    }
  }

  /** @param tokenEnds a lost device's grace lasts no longer (D18); ISO 8601 */
  async closed(socket: SocketOf, clean: boolean, tokenEnds: string | null): Promise<void> {
    await this.recount(socket.account, socket.agentId, (tx) => this.devices.close(tx, socket, { clean, tokenEnds }));
  }

  async graceOver(socket: SocketOf, endTimer: (tx: Sql) => Promise<void>): Promise<void> {
    await this.recount(socket.account, socket.agentId, async (tx) => {
      await this.devices.forget(tx, socket);
      await endTimer(tx);
    });
  }

  /** Every device but one is gone when this answers; the gateway replicas that hold their sockets are told. */
  signOut(account: string, agentId: string, but: string | null): Promise<Changed> {
    return this.presence.change(this.signingOut({ account, agentId, at: new Date().toISOString() }, 'SIGNED_OUT', but));
  }

  /** Every device of one who was deactivated is gone, in the transaction that says so; `afterwards` comes after its commit. */
  deactivated(tx: Sql, whose: { readonly account: string; readonly agentId: string; readonly at: string }): Promise<Changed> {
    return this.presence.changeIn(tx, this.signingOut(whose, 'DEACTIVATED', null));
  }

  /** In the transaction that takes telephony's word for it; `afterwards` comes after its commit. */
  async phonesChanged(
    tx: Sql,
    { account, agentId, phones, at }: { account: string; agentId: string; phones: readonly Phone[]; at: string },
  ): Promise<Changed> {
    await this.phones.save(tx, account, agentId, phones);
    return this.changeReachable(tx, { account, agentId, at });
  }

  /** In the transaction that takes the directory's word for it: lost devices are gone, and the gateways close the sockets that are open. */
  async tokensRevoked(tx: Sql, { account, agentId, at }: { account: string; agentId: string; at: string }): Promise<Changed> {
    await this.devices.forgetLost(tx, agentId);
    return this.changeReachable(tx, { account, agentId, at });
  }

  /** Routing knows the changes when this returns. */
  async afterwards(changes: readonly Changed[]): Promise<void> {
    for (const changed of changes) await this.presence.afterwards(changed);
  }

  private changeReachable(tx: Sql, { account, agentId, at }: { account: string; agentId: string; at: string }): Promise<Changed> {
    const commands = async () => [{ type: 'devicesChanged' as const, reachable: await this.reachable(tx, account, agentId), at }];
    return this.presence.changeIn(tx, { account, agentId, at, commands });
  }

  private signingOut({ account, agentId, at }: { account: string; agentId: string; at: string }, why: WhySignedOut, but: string | null) {
    const commands = async (tx: Sql) => {
      const devices = await this.devices.signOut(tx, agentId, but);
      return [{ type: 'signOut' as const, devices, why, reachable: await this.reachable(tx, account, agentId), at }];
    };
    return { account, agentId, at, commands };
  }

  private async reachable(tx: Sql, account: string, agentId: string): Promise<boolean> {
    const [hasApp, states] = [await this.devices.hasLive(tx, agentId), await this.phones.states(tx, account, agentId)];
    return isReachable({ hasApp, phones: states.map((state) => state !== 'unreachable') });
  }

  private recount(account: string, agentId: string, effect: (tx: Sql) => Promise<void>, activeOnly = false) {
    const at = new Date().toISOString();
    return this.presence.change({
      account,
      agentId,
      at,
      activeOnly,
      commands: async (tx) => {
        await effect(tx);
        return [{ type: 'devicesChanged', reachable: await this.reachable(tx, account, agentId), at }];
      },
    });
  }
}
