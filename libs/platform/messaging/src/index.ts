export { AskedInVain, Bus, NoAnswer } from './bus.ts';
export { Feed, saidBetween, type Entry, type Place } from './feed.ts';
export { Follower, once, type Taken } from './follower.ts';
export { Followers } from './followers.ts';
export { Outbox, type OutboxRow } from './outbox.ts';
