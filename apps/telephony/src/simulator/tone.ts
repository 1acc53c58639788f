/** Samples a second; telephone quality (G.711). */
const RATE = 8_000;
const LOUDNESS = 8_000;

/** What a simulated party says: one tone of its own, 300 to 3000 Hz, so that a recording tells who was heard. */
export function toneOf(address: string): number {
  const hash = [...address].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return 300 + (hash % 271) * 10;
}

/** A WAV file of a tone: PCM, 16 bits, 8 kHz, mono; a second a piece. */
export async function* wav(hertz: number, seconds: number): AsyncGenerator<Uint8Array> {
  const samples = Math.round(seconds * RATE);
  yield header(samples * 2);
  for (let from = 0; from < samples; from += RATE) yield tone(hertz, from, Math.min(from + RATE, samples));
}

function header(bytes: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + bytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // mono
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(bytes, 40);
  return head;
}

function tone(hertz: number, from: number, to: number): Buffer {
  const samples = Buffer.alloc((to - from) * 2);
  for (let i = from; i < to; i += 1)
    samples.writeInt16LE(Math.round(LOUDNESS * Math.sin((2 * Math.PI * hertz * i) / RATE)), (i - from) * 2);
  return samples;
}
