export { assigneesOf, mayHear, type Assignment, type Listener } from './access.ts';
export { controlAfter, controlOf, whyLocked, type Control, type Mode, type Policy } from './control.ts';
export { originsIn, type Origin, type OriginEvent } from './origin.ts';
