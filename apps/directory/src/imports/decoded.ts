/**
 * The text of a file, whatever wrote it: UTF-8, UTF-16 where a byte order mark, or half of its first letter, says so, and Windows-1252, which spreadsheets still
 * write in Western Europe, where the first letter beyond ASCII is no UTF-8.
 */
export async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let sawLetters = false;
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of bytes) {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    decoder ??= all.length < 2 ? undefined : byMark(all);
    if (!decoder) {
      held = all;
      continue;
    }
    held = new Uint8Array();
    if (decoder.encoding !== 'utf-8' || sawLetters) {
      yield decoder.decode(all, { stream: true });
      continue;
    }
    // all was ASCII so far: these bytes tell which it is
    const cut = all.length - unfinished(all);
    const head = all.subarray(0, cut);
    const text = strictly(head);
    if (text === undefined) {
      decoder = new TextDecoder('windows-1252');
      yield decoder.decode(all, { stream: true });
      continue;
    }
    sawLetters = text.length !== head.length;
    held = all.subarray(cut);
    yield text;
  }
  const isCut = held.length > 0 && decoder?.encoding === 'utf-8' && !sawLetters;
  yield (isCut ? new TextDecoder('windows-1252') : (decoder ?? new TextDecoder())).decode(held);
}

function byMark([first = 0, second = 0]: Uint8Array): InstanceType<typeof TextDecoder> {
  const isLittleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  return new TextDecoder(isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8');
}

function strictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** How many bytes at the end may be the beginning of a letter: up to three. */
function unfinished(bytes: Uint8Array): number {
  for (let n = 1; n <= Math.min(3, bytes.length); n += 1) {
    const byte = bytes[bytes.length - n] ?? 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > n ? n : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
