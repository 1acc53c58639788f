import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { eventually, testDatabase, type TestDatabase } from '@cordboard/testing';
import { signToken } from '@cordboard/tools/tokens';
import { startStack, type Stack, type StackOptions } from '@cordboard/tools/stack';
import { startOnAsterisk, type StackOnAsterisk } from '../asterisk/on-asterisk.ts';

/** An answer of the graph. */
export interface Answer<Data> {
  readonly data: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Something that a subscription has sent, flattened to what a story looks at. */
export type Seen = Readonly<Record<string, unknown>>;

/** A transfer after something was done to it, or why it was not. */
export interface Settled {
  readonly __typename: string;
  readonly mode: string;
  readonly convertedFrom: string | null;
  readonly status: string;
  readonly endReason: string | null;
  readonly talkingTo: string | null;
  readonly newCallId: string | null;
  readonly code: string;
}

/** What an agent is, as they see it themselves. */
export interface Standing {
  readonly status: string;
  readonly availability: string;
  readonly reason: string | null;
  readonly statusUntil: string | null;
  readonly wrapUp: {
    readonly callId: string;
    readonly startedAt: string;
    readonly until: string;
    readonly reason: string;
    readonly message: string;
    readonly tagDue: boolean;
  } | null;
}

/** One leg of the simulated phone network, as its control API shows it. */
export interface SimulatedLeg {
  readonly id: string;
  readonly address: string;
  readonly party: string;
  readonly state: 'RINGING' | 'UP';
  readonly callId: string | null;
  readonly held: boolean;
  readonly hears: readonly string[];
  /** Which message it hears; `id` is null for what is usual. */
  readonly message: { readonly name: string; readonly id: string | null } | null;
  /** What became of the transfer that its phone's key asked for. */
  readonly transfer: 'asked' | 'accepted' | 'declined' | null;
  /** What the party there says, in Hz. */
  readonly tone: number;
}

/** An agent's app: a token, a socket, and what it has been told. */
export class AgentApp {
  readonly presence: { id: string; availability: string; version: number }[] = [];
  readonly offers: {
    __typename: string;
    offer?: {
      id: string;
      kind: string;
      callId: string;
      displayNumber: string;
      caller: string;
      transferor: { id: string; name: string } | null;
    };
    offerId?: string;
    outcome?: string;
  }[] = [];
  readonly calls: { id: string; state: string; transfer: { status: string; endReason: string | null } | null }[] = [];
  /** Whether a subscription has ended that this app had not ended: it is to be opened again. */
  hasLostFeed = false;
  private socket: Client | undefined;

  constructor(
    private readonly world: World,
    readonly id: string,
    readonly token: string,
  ) {}

  /** @param language as `Accept-Language` */
  async ask<Data>(query: string, variables: object = {}, language?: string): Promise<Answer<Data>> {
    const response = await fetch(this.world.stack.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.token}`,
        ...(language === undefined ? {} : { 'accept-language': language }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<Data>;
  }

  /** The data of an operation that must not fail. */
  async get<Data>(query: string, variables: object = {}, language?: string): Promise<Data> {
    const { data, errors } = await this.ask<Data>(query, variables, language);
    expect(errors).toBeUndefined();
    return data;
  }

  /** Opens the app: a socket with its three subscriptions. Resolves once the first snapshot is there. */
  async open(): Promise<this> {
    this.socket = createClient({
      url: this.world.stack.wsUrl,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${this.token}` },
      onNonLazyError: () => undefined,
    });
    let snapshot = false;
    this.follow<{
      presence: {
        agents?: { id: string; presence: { availability: string; version: number } }[];
        agent?: { id: string; presence: { availability: string; version: number } };
      };
    }>(
      'subscription { presence { ... on PresenceSnapshot { agents { id presence { availability version } } cursor } ... on PresenceChanged { agent { id presence { availability version } } cursor } } }',
      ({ presence: { agents, agent } }) => {
        snapshot = true;
        for (const seen of agents ?? (agent ? [agent] : [])) this.presence.push({ id: seen.id, ...seen.presence });
      },
    );
    this.follow<{ offers: AgentApp['offers'][number] }>(
      'subscription { offers { __typename ... on OfferMade { offer { id kind callId displayNumber caller note transferor { id name } line { id label } } } ... on OfferWithdrawn { offerId outcome } } }',
      ({ offers }) => this.offers.push(offers),
    );
    this.follow<{ calls: { call: AgentApp['calls'][number] } }>(
      'subscription { calls { call { id state agent { id name } recording { state control } transfer { status endReason } } cursor } }',
      ({ calls }) => this.calls.push(calls.call),
    );
    await eventually(() => snapshot);
    return this;
  }

  /** Opens it anew where a feed has ended, as every app must: the new socket first, so that its agent never goes away. */
  async keepOpen(): Promise<void> {
    if (!this.hasLostFeed) return;
    this.hasLostFeed = false;
    const old = this.socket;
    await this.open().catch(() => (this.hasLostFeed = true));
    await old?.dispose();
  }

  /** The availabilities that this app was shown for somebody, in order, from its snapshot on. */
  steps(of: string): readonly string[] {
    return this.presence.filter((seen) => seen.id === of).map((seen) => seen.availability);
  }

  /** The newest offer that still rings. */
  async rung(kind: string): Promise<NonNullable<AgentApp['offers'][number]['offer']>> {
    const open = () =>
      this.offers.filter((event) => event.offer?.kind === kind && !this.offers.some((other) => other.offerId === event.offer?.id));
    const event = await eventually(() => open().at(-1));
    if (!event?.offer) throw new Error('an offer without an offer');
    return event.offer;
  }

  accept(offerId: string) {
    return this.get<{ acceptOffer: { __typename: string; id: string; state: string; agent: { id: string }; code: string } }>(
      'mutation($id: ID!) { acceptOffer(offerId: $id) { __typename ... on Call { id state agent { id } } ... on Refused { code } } }',
      { id: offerId },
    );
  }

  reject(offerId: string) {
    return this.get<{ rejectOffer: { __typename: string; outcome: string; code: string } }>(
      'mutation($id: ID!) { rejectOffer(offerId: $id) { __typename ... on Offer { outcome } ... on Refused { code } } }',
      { id: offerId },
    );
  }

  transfer(input: object) {
    return this.get<{ startTransfer: { __typename: string; id: string; status: string; code: string; message: string; remedy: string } }>(
      'mutation($input: StartTransferInput!) { startTransfer(input: $input) { __typename ... on Transfer { id status transferor { id } target { kind label agent { id name } } } ... on Refused { code message remedy } } }',
      { input },
    );
  }

  setStatus(status: string) {
    return this.get<{ setStatus: { presence: { status: string; availability: string } } }>(
      'mutation($status: ChosenStatus!) { setStatus(status: $status) { ... on Agent { presence { status availability } } } }',
      { status },
    );
  }

  /** Something done to a transfer: `cancelTransfer($id)`, `switchParty($id, to: CALLER)`. */
  async settle(mutation: string, id: string): Promise<Settled> {
    const call = mutation.replace('$id', 'transferId: $id');
    const fields = '__typename ... on Transfer { id mode convertedFrom status endReason talkingTo newCallId } ... on Refused { code }';
    return (await this.get<{ settled: Settled }>(`mutation($id: ID!) { settled: ${call} { ${fields} } }`, { id })).settled;
  }

  /** What this agent is, with the work after a call that goes on. */
  async standing(): Promise<Standing> {
    const fields = 'status availability reason statusUntil wrapUp { callId startedAt until reason message tagDue }';
    return (await this.get<{ me: { presence: Standing } }>(`{ me { presence { ${fields} } } }`)).me.presence;
  }

  async tag(callId: string, tags: readonly string[]) {
    return (
      await this.get<{ tagCall: { __typename: string; tags: string[]; tagDue: boolean; code: string; message: string; remedy: string } }>(
        'mutation($id: ID!, $tags: [String!]!) { tagCall(callId: $id, tags: $tags) { __typename ... on Call { tags tagDue } ... on Refused { code message remedy } } }',
        { id: callId, tags },
      )
    ).tagCall;
  }

  /** Ends the wrap-up that the agent is in, if they are in one, with a tag where one is due. */
  async endWrapUp(): Promise<void> {
    const { wrapUp } = await this.standing();
    if (!wrapUp) return;
    if (wrapUp.tagDue) await this.tag(wrapUp.callId, ['done']);
    await this.get('mutation($id: ID!) { endWrapUp(callId: $id) { __typename } }', { id: wrapUp.callId });
  }

  async close(): Promise<void> {
    await this.socket?.dispose();
  }

  /** @param tell is given every event's data; an error in one fails whatever waits for it, as nothing arrives */
  private follow<Data>(query: string, tell: (data: Data) => void): void {
    this.socket?.subscribe<Data>(
      { query },
      {
        next: ({ data, errors }) => {
          if (errors) this.world.problems.push(...errors.map((error) => `${this.id}: ${error.message}`));
          if (data) tell(data);
        },
        error: (error) => {
          this.hasLostFeed = true;
          this.world.problems.push(`${this.id}: ${error instanceof Error ? error.message : JSON.stringify(error)}`);
        },
        complete: () => undefined,
      },
    );
  }
}

/** A whole Cordboard on free ports with the demo account, and the people in it. */
export class World {
  readonly problems: string[] = [];
  private readonly apps: AgentApp[] = [];

  private constructor(
    readonly stack: Stack & Partial<Omit<StackOnAsterisk, keyof Stack>>,
    private readonly database: TestDatabase | undefined,
  ) {}

  /** The people of a Cordboard that somebody else has started, and will end. */
  static of(stack: Stack): World {
    return new World(stack, undefined);
  }

  /**
   * @param durable it has a PostgreSQL of its own, which keeps what it has acknowledged though it is killed, as in earnest; slower
   * @param env more environment for every service
   */
  static async begin({ durable = false, env = {} }: { durable?: boolean; env?: NonNullable<StackOptions['env']> } = {}): Promise<World> {
    const start = globalThis.ENGINE === 'asterisk' ? startOnAsterisk : startStack;
    const database = durable ? undefined : await testDatabase();
    const onDeath = (part: string, words: string): void => {
      if (!words.endsWith('exit code 0')) console.error(`${part} has ended by itself: ${words}`); // else a test has told it to
    };
    return new World(await start({ env, onDeath, ...(database ? { databaseUrl: database.url } : {}) }), database);
  }

  async end(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
    await this.stack.stop();
    await this.database?.drop();
  }

  async agent(id: string, o: { expires?: number; claims?: Record<string, unknown> } = {}): Promise<AgentApp> {
    const app = new AgentApp(this, id, await signToken(id, { dataDir: this.stack.dataDir, ...o }));
    this.apps.push(app);
    return app;
  }

  /** These agents with their apps open. */
  async people<Id extends string>(...ids: readonly Id[]): Promise<Readonly<Record<Id, AgentApp>>> {
    const apps = await Promise.all(ids.map(async (id) => (await this.agent(id)).open()));
    return Object.fromEntries(apps.map((app) => [app.id, app])) as Record<Id, AgentApp>;
  }

  /** A caller dials a Number, and this agent takes the call. */
  async talking(app: AgentApp, to = MAIN): Promise<{ callerLeg: string; callId: string }> {
    const callerLeg = await this.call(CALLER, to);
    const { id: callId } = (await app.accept((await app.rung('DIRECT')).id)).acceptOffer;
    await this.together(callerLeg, app.id);
    return { callerLeg, callId };
  }

  /** Who hears what: by agent, `caller` for the caller, and by number for other outside parties. */
  async hears(callerLeg: string): Promise<Readonly<Record<string, readonly string[]>>> {
    const legs = await this.legs();
    const name = (leg: SimulatedLeg): string => (leg.id === callerLeg ? 'caller' : leg.party === 'external' ? leg.address : leg.party);
    const named = new Map(legs.map((leg) => [leg.id, name(leg)]));
    return Object.fromEntries(legs.map((leg) => [name(leg), leg.hears.map((heard) => named.get(heard) ?? heard)]));
  }

  /** Waits until they hear just this: a telephone needs a moment to tell what it hears. */
  async untilHears(callerLeg: string, expected: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const inOrder = (heard: Readonly<Record<string, readonly string[]>>): string => JSON.stringify(Object.entries(heard).sort());
    await eventually(
      () => this.hears(callerLeg),
      (heard) => inOrder(heard) === inOrder(expected),
    );
  }

  /** Everybody hangs up, and these agents are available again. */
  async allQuiet(...apps: readonly AgentApp[]): Promise<void> {
    for (const leg of await this.legs()) await this.simulator('POST', `/legs/${leg.id}/hangup`).catch(() => undefined);
    await eventually(
      () => this.legs(),
      (legs) => legs.length === 0,
    );
    for (const app of apps)
      await eventually(
        async () => {
          await app.endWrapUp();
          return app.get<{ me: { presence: { availability: string }; devices: object[] }; myCalls: { state: string }[] }>(
            '{ me { presence { availability } devices { id state } } myCalls { state } }',
          );
        },
        // a call that is being handed over may come back: until routing has heard of its end, its agent is not rung with another
        ({ me, myCalls }) => me.presence.availability === 'AVAILABLE' && myCalls.every(({ state }) => state === 'ENDED'),
      );
  }

  /** An outside party calls one of our Numbers. @returns the caller's leg */
  async call(from: string, to: string): Promise<string> {
    const { legId } = (await this.simulator('POST', '/calls', { from, to })) as { legId: string };
    return legId;
  }

  async legs(): Promise<readonly SimulatedLeg[]> {
    return (await this.simulator('GET', '/legs')) as SimulatedLeg[];
  }

  /** What an engine with a life of its own still has, whoever knows of it. */
  async leftInEngine(): Promise<readonly string[]> {
    return (await this.stack.leftInEngine?.()) ?? [];
  }

  /** Waits until these two hear each other, and nobody else hears them. */
  async together(callerLegId: string, party: string): Promise<void> {
    await eventually(
      () => this.legs(),
      (legs) => {
        const [caller, agent] = [legs.find((leg) => leg.id === callerLegId), legs.find((leg) => leg.party === party)];
        return caller !== undefined && agent !== undefined && caller.hears.join() === agent.id && agent.hears.join() === caller.id;
      },
    );
  }

  async simulator(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.stack.simulatorUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json().catch(() => undefined);
  }
}

export const MAIN = '+33187000001';
export const CALLER = '+33611111111';
