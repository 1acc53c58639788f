import { setMaxListeners } from 'node:events';

/** Tells everything that is being done for somebody that they have left. Any number of questions may listen at once. */
export function newGone(): AbortController {
  const gone = new AbortController();
  setMaxListeners(0, gone.signal);
  return gone;
}
