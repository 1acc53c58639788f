import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const spell = (bytes: Uint8Array): string => Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');

/** A new id, 100 random bits in 20 letters: one token of a subject, never guessed, never reused. */
export const newId = (): string => spell(randomBytes(20));

/** The same id for the same text, for what must not exist twice however often it is told. */
export const idFor = (text: string): string => spell(createHash('sha256').update(text).digest().subarray(0, 20));
