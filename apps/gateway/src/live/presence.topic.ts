import { caughtUp, presenceSnapshot, type PresenceView } from '@cordboard/contracts';
import type { Bus, Entry, Place } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import { notFound } from '@cordboard/platform-subgraph';
import { Inbox } from './inbox.ts';
import { patiently } from './patient.ts';
import { readPlace, writePlace } from './place.ts';
import { presenceSaid } from './said.ts';
import type { Heard, Tap } from './tap.ts';
import { Followed, openTopic, type Moment, type Reading, type Topic } from './topic.ts';

/** Whose presence: of these teams or agents, or, with neither, of everybody. */
export interface Whose {
  readonly account: string;
  readonly teamIds: readonly string[] | null;
  readonly agentIds: readonly string[] | null;
}

/** Something that the directory said, or something of it that was missed. */
interface People {
  readonly is: 'people';
  readonly told: Entry['told'] | null;
}

/** How long presence is asked to wait at a time until it has seen what the directory said, in ms, and how often. */
const WAIT_MS = 2_000;
const MAX_WAITS = 15;

/** What the directory says that may make a difference to who is shown. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['agent.saved', 'agent.deactivated', 'team.saved', 'team.deleted']);

const agent = (id: string, presence: PresenceView) => ({ __typename: 'Agent', id, presence });
const changed = (id: string, presence: PresenceView, place: Place): Moment => {
  const event = { __typename: 'PresenceChanged', agent: agent(id, presence), cursor: writePlace(place) };
  return { event: () => event, of: id };
};
const changesIn = ({ told }: Entry) => presenceSaid(told).flatMap((event) => (event.type === 'presence.changed' ? event : []));

/**
 * Who is available: a board that the stream writes, so that whoever comes is told from memory how things stand, at a place in the stream
 * after which nothing is missed and nothing told twice. Versions decide what is newer, for presence may be asked before its stream has said it.
 */
export class PresenceTopic implements Topic {
  private readonly followed = new Followed();
  readonly follow = this.followed.follow;
  private board: Map<string, PresenceView> = new Map();
  /** Those who were on the board and were deactivated, or left its teams: what the stream still says of them puts nobody on it again. */
  private readonly gone = new Set<string>();
  private place: Place;
  private picture: { readonly of: number; readonly moment: Moment } | undefined;
  private readonly inbox: Inbox<Heard | People>;
  private readonly ends: readonly (() => void)[];
  private stopped = false;

  private constructor(
    private readonly bus: Bus,
    private readonly taps: { readonly presence: Tap; readonly directory: Tap },
    private readonly whose: Whose,
    opened: Promise<void>,
  ) {
    this.place = taps.presence.now;
    this.inbox = new Inbox<Heard | People>(
      opened,
      (heard) => this.hear(heard),
      (error) => log.error({ err: error }, 'something that was said of presence could not be shown'),
    );
    this.ends = [
      taps.presence.listen((heard) => this.inbox.push(heard)),
      taps.directory.listen((heard) => this.inbox.push({ is: 'people', told: heard.is === 'told' ? heard.told : null })),
    ];
  }

  /** @throws GraphQLError NOT_FOUND for an agent or a team that the account does not have: a filter that names nobody would be silent for ever */
  static async open(bus: Bus, taps: { readonly presence: Tap; readonly directory: Tap }, whose: Whose): Promise<PresenceTopic> {
    return openTopic(
      (looked) => new PresenceTopic(bus, taps, whose, looked),
      (topic) => topic.look(),
      (_, [unknown]) => {
        if (unknown !== undefined) throw notFound(whose.agentIds?.includes(unknown) ? 'agent' : 'team');
      },
    );
  }

  stop(): void {
    this.stopped = true;
    for (const end of this.ends) end();
  }

  async read(after: string | null): Promise<Reading> {
    const from = after === null ? null : readPlace(after);
    if (from) await this.taps.presence.reach(from);
    await this.inbox.settled();
    // from here on in one go: what is heard and not yet on the board will be told as any change is
    const upTo = this.followed.last;
    const missed = from && this.taps.presence.after(from);
    if (missed && !this.haveLeft(missed)) return { moments: this.latest(missed.filter(({ place }) => place.seq <= this.place.seq)), upTo };
    return { moments: [this.everybody()], upTo };
  }

  private everybody(): Moment {
    const { last } = this.followed;
    if (this.picture?.of !== last) {
      const agents = [...this.board].map(([id, presence]) => agent(id, presence));
      const event = { __typename: 'PresenceSnapshot', agents, cursor: writePlace(this.place) };
      this.picture = { of: last, moment: { event: () => event } };
    }
    return this.picture.moment;
  }

  /** Whether somebody went offline in these who is not on the board: if they were deactivated meanwhile, only a whole picture shows it. */
  private haveLeft(missed: readonly Entry[]): boolean {
    return missed.some((entry) =>
      changesIn(entry).some(
        ({ agentId, presence }) => presence.availability === 'OFFLINE' && !this.board.has(agentId) && this.isAskedFor(agentId),
      ),
    );
  }

  /** Whether they would be on the board if they were active, as far as their id tells. */
  private isAskedFor(agentId: string): boolean {
    return this.isOfEverybody || this.whose.teamIds !== null || (this.whose.agentIds?.includes(agentId) ?? false);
  }

  /** Each agent's last change among these, in order: what lies between does not matter any more. */
  private latest(entries: readonly Entry[]): readonly Moment[] {
    const last = new Map<string, Moment>();
    for (const entry of entries)
      for (const { agentId, presence } of changesIn(entry)) {
        const now = this.board.get(agentId);
        if (!now) continue;
        last.delete(agentId);
        last.set(agentId, changed(agentId, now.version > presence.version ? now : presence, entry.place));
      }
    return [...last.values()];
  }

  private async hear(heard: Heard | People): Promise<void> {
    if (heard.is === 'lost') return this.lookAnew();
    if (heard.is === 'people') return this.heardOfPeople(heard);
    this.place = heard.place;
    for (const { agentId, presence } of changesIn(heard)) {
      const before = this.board.get(agentId);
      if (before ? before.version >= presence.version : !this.mayJoin(agentId, presence)) continue;
      this.board.set(agentId, presence);
      this.followed.tell(changed(agentId, presence, heard.place));
    }
  }

  /** Whether this is somebody new. Who is offline comes with the directory's word: of one who was deactivated a wrap-up may still end. */
  private mayJoin(agentId: string, { availability }: PresenceView): boolean {
    return this.isOfEverybody && availability !== 'OFFLINE' && !this.gone.has(agentId);
  }

  private get isOfEverybody(): boolean {
    return this.whose.teamIds === null && this.whose.agentIds === null;
  }

  /** Somebody is new, deactivated, or in another team: presence is asked once it knows too, and everybody is shown anew where it makes a difference. */
  private async heardOfPeople({ told }: People): Promise<void> {
    if (told?.events.every(({ type }) => !OF_PEOPLE.has(type))) return;
    if (told) await this.presenceHasSeen(told);
    const before = this.board;
    await this.look();
    for (const id of before.keys()) if (!this.board.has(id)) this.gone.add(id);
    for (const id of this.board.keys()) this.gone.delete(id);
    if (before.size !== this.board.size || [...this.board.keys()].some((id) => !before.has(id))) return this.followed.tell(this.fresh());
    for (const [id, presence] of this.board)
      if (presence.version > (before.get(id)?.version ?? 0)) this.followed.tell(changed(id, presence, this.place));
  }

  /** Presence may be away, or behind: what it shows before it has seen this would stay. Half a minute is waited for each of the two. */
  private async presenceHasSeen({ key, seq }: Entry['told']): Promise<void> {
    const ask = () => this.bus.ask(caughtUp('presence'), { source: 'directory', key, seq, waitMs: WAIT_MS }, WAIT_MS + 500);
    for (let [seen, times] = [0, 0]; seen < seq && times < MAX_WAITS && !this.stopped; times += 1)
      ({ seq: seen } = await patiently(this.bus, ask));
  }

  private async lookAnew(): Promise<void> {
    for (let looked = false; !looked && !this.stopped;)
      looked = await this.look().then(
        () => true,
        (error: unknown) => (log.warn({ err: error }, 'presence cannot be looked at; trying again'), false),
      );
    this.place = this.taps.presence.now;
    this.followed.tell(this.fresh());
  }

  private fresh(): Moment {
    this.picture = undefined;
    return this.everybody();
  }

  /** @returns ids that were asked for and that the account does not have */
  private async look(): Promise<readonly string[]> {
    const { account, agentIds, teamIds } = this.whose;
    const asked = { account, agentIds: agentIds && [...agentIds], teamIds: teamIds && [...teamIds] };
    const board = new Map<string, PresenceView>();
    for (let after: string | null = null; ;) {
      const page = await patiently(this.bus, () => this.bus.ask(presenceSnapshot, { ...asked, after }));
      for (const { agentId, presence } of page.agents) {
        const before = this.board.get(agentId);
        board.set(agentId, before && before.version > presence.version ? before : presence);
      }
      if (page.next === null) {
        this.board = board;
        return page.unknown;
      }
      after = page.next;
    }
  }
}
