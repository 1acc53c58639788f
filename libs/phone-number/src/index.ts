export { fromCarrier, readCaller, WITHHELD, type Caller } from './caller.ts';
export { normalize } from './normalize.ts';
export {
  countryOf,
  isCountry,
  isPhoneNumber,
  readPhoneNumber,
  readPhoneNumbers,
  shortDigits,
  toE164,
  type NoPhoneNumber,
  type PhoneNumber,
  type Tariff,
} from './phone-number.ts';
export { readSearch } from './search.ts';
