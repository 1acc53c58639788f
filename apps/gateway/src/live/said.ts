import { eventsOf, PresenceEvent, RecordingEvent, RoutingEvent, type Told } from '@cordboard/contracts';

/** Reads what a service said once, however many look for something in it. */
function once<Event>(read: (told: Told<{ type: string }>) => readonly Event[]): (told: Told<{ type: string }>) => readonly Event[] {
  const known = new WeakMap<object, readonly Event[]>();
  return (told) => {
    const events = known.get(told) ?? read(told);
    known.set(told, events);
    return events;
  };
}

export const presenceSaid = once((told) => eventsOf(PresenceEvent, told));
export const routingSaid = once((told) => eventsOf(RoutingEvent, told));
export const recordingSaid = once((told) => eventsOf(RecordingEvent, told));
