import { setTimeout as pause } from 'node:timers/promises';
import type { AgentApp, World } from '../stories/people.ts';
import type { Acknowledged } from '../faults/storm.ts';

/** Callers who are on the line at once. */
const LINES = 6;
const NUMBERS = ['+33187000001', '+33187000002', '+33187000003', '+33187000004'];
const AGENTS = ['alice', 'bob', 'carol', 'dan'] as const;
const OUTSIDE = ['+33140000001', '+33140000002'];
const TARGETS = [
  ...AGENTS.map((agentId) => ({ agentId })),
  { teamId: 'support' },
  { teamId: 'sales' },
  { numberId: 'bob' },
  { contactId: 'bob-direct' },
  ...OUTSIDE.map((phoneNumber) => ({ phoneNumber })),
];

/** A small generator of chance (mulberry32): 0 to 1. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface MyCall {
  readonly id: string;
  readonly state: string;
  readonly transfer: { readonly id: string; readonly status: string } | null;
}

/** Callers who call, and agents who take, hand over, hold and drop their calls, with apps and with telephones: as chance has it. */
export class Whims {
  readonly acknowledged: Acknowledged[] = [];
  /** What was answered, and how often. */
  readonly answers = new Map<string, number>();
  private isOver = false;

  constructor(
    private readonly world: World,
    private readonly agents: readonly AgentApp[],
    private readonly o: { readonly seed: number; readonly calls: number },
  ) {}

  /** Resolves when the last caller has hung up, and every agent has let go. */
  async run(): Promise<void> {
    const chance = chanceOf(this.o.seed);
    for (const address of OUTSIDE)
      await this.world.simulator('POST', '/script', { address, onRing: 'answer', afterMs: Math.round(200 + chance() * 800) });
    const living = this.agents.map((app, i) => this.live(app, chanceOf(this.o.seed + 1 + i)));
    let begun = 0;
    const lines = Array.from({ length: LINES }, async () => {
      while (begun < this.o.calls) {
        begun += 1;
        const number = NUMBERS[Math.floor(chance() * NUMBERS.length)] ?? '';
        const [stays, whim] = [500 + chance() * 4_500, chance()];
        const callerLeg = await this.world.call(`+3361${String(begun).padStart(7, '0')}`, number);
        await pause(stays / 2);
        const legs = await this.world.legs();
        const agentLeg = legs.find(({ party }) => party !== 'external')?.id;
        if (agentLeg && whim < 0.25) await this.withPhone(agentLeg, whim < 0.15 ? 'hangup' : 'answer');
        await pause(stays / 2);
        await this.withPhone(callerLeg, 'hangup');
      }
    });
    await Promise.all(lines).finally(() => (this.isOver = true));
    await Promise.all(living);
  }

  private async ask(app: AgentApp, mutation: string, variables: object): Promise<{ __typename: string; id?: string } | null> {
    const { data, errors } = await app.ask<{ done: { __typename: string; id?: string; code?: string } } | null>(mutation, variables);
    const answer = errors?.[0]?.extensions.code ?? data?.done.code ?? data?.done.__typename ?? '?';
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    return data?.done ?? null;
  }

  private settle(app: AgentApp, what: string, id: string, given: string) {
    return this.ask(app, `mutation($id: ID!) { done: ${what}(${given}) { __typename ... on Refused { code } } }`, { id });
  }

  /** One agent, who does something now and then for as long as the storm lasts. */
  private async live(app: AgentApp, chance: () => number): Promise<void> {
    const any = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T;
    for (let n = 0; !this.isOver; n += 1) {
      await pause(50 + chance() * 150);
      await app.keepOpen(); // a machine that stood still for some seconds has lost its sockets
      const open = app.offers.filter(({ offer }) => offer && !app.offers.some(({ offerId }) => offerId === offer.id)).at(-1)?.offer;
      if (open) {
        if (chance() < 0.1) continue;
        await this.settle(app, chance() < 0.85 ? 'acceptOffer' : 'rejectOffer', open.id, 'offerId: $id');
        continue;
      }
      const { myCalls } = await app.get<{ myCalls: readonly MyCall[] }>('{ myCalls { id state transfer { id status } } }');
      const call = myCalls[0];
      if (!call) continue;
      if (call.state === 'ENDED') {
        await app.endWrapUp();
        continue;
      }
      const { transfer } = call;
      if (transfer && /RINGING|CONSULTING/.test(transfer.status))
        await any([
          () => this.settle(app, 'cancelTransfer', transfer.id, 'transferId: $id'),
          () => this.settle(app, 'completeTransfer', transfer.id, 'transferId: $id'),
          () => this.settle(app, 'switchParty', transfer.id, `transferId: $id, to: ${any(['CALLER', 'TARGET'])}`),
          () => this.settle(app, 'hangUp', call.id, 'callId: $id'),
        ])();
      else
        await any([
          () => this.settle(app, any(['holdCall', 'resumeCall']), call.id, 'callId: $id'),
          () => (chance() < 0.3 ? this.settle(app, 'hangUp', call.id, 'callId: $id') : Promise.resolve(null)),
          () => this.transferred(app, call.id, `whim-${app.id}-${n}`, any(['COLD', 'WARM']), any(TARGETS)),
          () => this.transferred(app, call.id, `whim-${app.id}-${n}`, any(['COLD', 'WARM']), any(TARGETS)),
        ])();
    }
  }

  private async transferred(app: AgentApp, callId: string, key: string, mode: string, target: object): Promise<void> {
    const input = { callId, mode, target, idempotencyKey: key };
    const started = await this.ask(
      app,
      'mutation($input: StartTransferInput!) { done: startTransfer(input: $input) { __typename ... on Transfer { id } ... on Refused { code } } }',
      { input },
    );
    if (started?.id) this.acknowledged.push({ key, transferId: started.id });
  }

  /** What a person does with a phone, not with an app: hangs up, or picks up. */
  private async withPhone(legId: string, what: string): Promise<void> {
    await this.world.simulator('POST', `/legs/${legId}/${what}`).catch((error: Error) => {
      if (!/: 40[49] /.test(error.message)) throw error; // it has ended, or does not ring
    });
  }
}
