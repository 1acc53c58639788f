/** Text frames of RFC 6455 §5.2 as a server sends them: final, unmasked, whole. */

const TEXT = 0x81;
const LONGEST_SHORT = 125;
const LONGEST_MIDDLE = 0xffff;

/** One frame of these parts. */
export function textFrame(...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = length <= LONGEST_SHORT ? 2 : length <= LONGEST_MIDDLE ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = TEXT;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  let at = header;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

export const messageFrame = (message: object): Buffer => textFrame(Buffer.from(JSON.stringify(message)));

/** So many operation ids share the frames of one result; clients that number their operations use few. */
const MOST_IDS = 64;
const END = Buffer.from('}');
const made = new WeakMap<Buffer, Map<string, Buffer>>();

/** A `next` message: the same bytes for everybody who calls their operation the same and is told the same. */
export function nextFrame(id: string, json: Buffer): Buffer {
  const known = made.get(json) ?? new Map<string, Buffer>();
  const before = known.get(id);
  if (before) return before;
  const frame = textFrame(Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`), json, END);
  if (known.size < MOST_IDS) {
    known.set(id, frame);
    made.set(json, known);
  }
  return frame;
}
