import { agentCalls, callInGraph, type CallView } from '@cordboard/contracts';
import { inLanguage } from '@cordboard/domain-advice';
import type { Bus, Entry, Place } from '@cordboard/platform-messaging';
import { log } from '@cordboard/platform-process';
import type { Language } from '@cordboard/platform-subgraph';
import { readCursor, writeCursor, type Places } from './calls.cursor.ts';
import { Inbox } from './inbox.ts';
import { patiently } from './patient.ts';
import { recordingSaid, routingSaid } from './said.ts';
import type { Heard, Tap } from './tap.ts';
import { Followed, openTopic, type Moment, type Reading, type Topic } from './topic.ts';

/** So many calls of an agent are kept, for what recording may say of them. */
const REMEMBERED = 20;

/** Routing tells it in English; whoever reads another language is told in that. */
const hindranceIn = (language: Language, hindrance: CallView['untransferable']): CallView['untransferable'] =>
  hindrance && {
    code: hindrance.code,
    message: inLanguage(language, hindrance.message),
    remedy: hindrance.remedy === null ? null : inLanguage(language, hindrance.remedy),
  };
const changed = (call: CallView, cursor: string, o: { fresh?: boolean; said?: Moment['said'] } = {}): Moment => ({
  ...(o.said && { said: o.said }),
  event: (language) => ({
    __typename: 'CallChanged',
    call: { __typename: 'Call', ...callInGraph({ ...call, untransferable: hindranceIn(language, call.untransferable) }) },
    cursor,
    fresh: o.fresh ?? false,
  }),
});

/**
 * Every change of the calls that an agent is part of: those that are going on, then each change in order. What the recording of a
 * call does is another service's to say: then the call is shown once more, and its recording as it is by then.
 */
export class CallsTopic implements Topic {
  private readonly followed = new Followed();
  readonly follow = this.followed.follow;
  /** Up to which event a conversation was looked at where something had been missed. */
  private readonly seen = new Map<string, number>();
  /** Calls as they were last seen, the latest last. */
  private readonly shown = new Map<string, CallView>();
  private places: Places;
  private readonly inbox: Inbox<Heard>;
  private readonly ends: readonly (() => void)[];
  private stopped = false;

  private constructor(
    private readonly bus: Bus,
    private readonly taps: Readonly<Record<keyof Places, Tap>>,
    private readonly whose: { readonly account: string; readonly agentId: string },
    opened: Promise<void>,
  ) {
    this.places = { routing: taps.routing.now, recording: taps.recording.now };
    this.inbox = new Inbox<Heard>(
      opened,
      (heard) => this.hear(heard),
      (error) => log.error({ err: error }, 'something that was said of calls could not be shown'),
    );
    this.ends = [taps.routing, taps.recording].map((tap) => tap.listen((heard) => this.inbox.push(heard)));
  }

  static async open(
    bus: Bus,
    taps: Readonly<Record<keyof Places, Tap>>,
    whose: { readonly account: string; readonly agentId: string },
  ): Promise<CallsTopic> {
    return openTopic(
      (looked) => new CallsTopic(bus, taps, whose, looked),
      (topic) => topic.look([]),
      (topic, calls) => calls.forEach(({ call }) => topic.keep(call)),
    );
  }

  stop(): void {
    this.stopped = true;
    for (const end of this.ends) end();
  }

  async read(after: string | null): Promise<Reading> {
    const from = after === null ? null : readCursor(after);
    if (from) await Promise.all([this.taps.routing.reach(from.routing), this.taps.recording.reach(from.recording)]);
    await this.inbox.settled();
    // up to the answer in one go: what is heard and not yet shown will be told as any change is
    const upTo = this.followed.last;
    const missed = from && this.missed(from);
    if (missed) return { moments: missed, upTo };
    const cursor = this.cursor();
    const looked = await this.look(from?.live ?? []);
    return {
      moments: looked.map(({ call }) => changed(call, cursor, { fresh: after !== null })),
      upTo,
      known: new Map(looked.map(({ seq, call }) => [call.conversationId, seq])),
    };
  }

  private live(): readonly CallView[] {
    return [...this.shown.values()].filter(({ state }) => state !== 'ENDED');
  }
  private cursor(places = this.places): string {
    return writeCursor({ ...places, live: this.live().map(({ id }) => id) });
  }

  private missed(from: Places): readonly Moment[] | null {
    const [routing, recording] = [this.taps.routing.after(from.routing), this.taps.recording.after(from.recording)];
    if (!routing || !recording) return null;
    const taken = (place: Place, now: Place) => place.seq <= now.seq;
    const calls = routing
      .filter(({ place }) => taken(place, this.places.routing))
      .flatMap((entry) => this.callsIn(entry).map((call) => ({ call, places: { routing: entry.place, recording: from.recording } })));
    const known = new Map([...this.shown, ...calls.map(({ call }) => [call.id, call] as const)]);
    const recorded = recording
      .filter(({ place }) => taken(place, this.places.recording))
      .flatMap(({ told, place }) =>
        this.recordedIn(told)
          .flatMap((callId) => known.get(callId) ?? [])
          .map((call) => ({ call, places: { routing: this.places.routing, recording: place } })),
      );
    return [...calls, ...recorded].map(({ call, places }) => changed(call, this.cursor(places)));
  }

  private callsIn({ told }: Pick<Entry, 'told'>): readonly CallView[] {
    return routingSaid(told).flatMap((event) =>
      event.type === 'calls.changed' ? event.calls.filter((call) => call.participants.includes(this.whose.agentId)) : [],
    );
  }
  private recordedIn(told: Entry['told']): readonly string[] {
    return recordingSaid(told).flatMap((event) =>
      event.type === 'recording.changed' && event.agentIds.includes(this.whose.agentId) ? event.callId : [],
    );
  }

  private async hear(heard: Heard): Promise<void> {
    if (heard.is === 'lost') return this.lookAnew();
    const { told, place } = heard;
    if (told.source === 'recording') {
      const about = this.recordedIn(told);
      if (about.some((callId) => !this.shown.has(callId))) for (const { call } of await this.look([])) this.keep(call);
      this.places = { ...this.places, recording: place };
      for (const callId of about) {
        const call = this.shown.get(callId);
        if (call) this.show(call);
      }
      return;
    }
    this.places = { ...this.places, routing: place };
    if ((this.seen.get(told.key) ?? 0) >= told.seq) return;
    for (const call of this.callsIn(heard)) this.show(call, { said: told });
  }

  private keep(call: CallView): void {
    this.shown.delete(call.id);
    this.shown.set(call.id, call);
    for (const id of [...this.shown.keys()].slice(0, -REMEMBERED)) this.shown.delete(id);
  }

  private show(call: CallView, o: { fresh?: boolean; said?: Moment['said'] } = {}): void {
    this.keep(call);
    this.followed.tell(changed(call, this.cursor(), o));
  }

  /** Something was missed: all that goes on is shown anew, and how what went on has ended. */
  private async lookAnew(): Promise<void> {
    const went = this.live().map(({ id }) => id);
    for (;;) {
      const places = { routing: this.taps.routing.now, recording: this.taps.recording.now };
      const calls = await this.look(went).catch(
        (error: unknown) => (log.warn({ err: error }, 'calls cannot be looked at; trying again'), null),
      );
      if (this.stopped) return;
      if (!calls) continue;
      this.places = places;
      this.seen.clear();
      for (const { seq, call } of calls) {
        this.seen.set(call.conversationId, seq);
        this.show(call, { fresh: true });
      }
      return;
    }
  }

  /** What goes on. @param also calls to be looked at though they have ended */
  private async look(also: readonly string[]): Promise<readonly { readonly seq: number; readonly call: CallView }[]> {
    return (await patiently(this.bus, () => this.bus.ask(agentCalls, { ...this.whose, also: [...also] }))).calls;
  }
}
