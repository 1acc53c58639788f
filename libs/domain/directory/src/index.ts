export {
  contacts,
  isAvailableTo,
  LONGEST_NAME,
  type Contact,
  type ContactCommand,
  type ContactEvent,
  type ContactRefusal,
  type ContactState,
} from './contact.ts';
export { dedicatedNumberOf, type NumberHolder } from './dedicated.ts';
export { plain, soughtIn } from './spelling.ts';
