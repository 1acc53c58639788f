/** Samples a second; telephone quality (G.711). */
const RATE = 8_000;
const LOUDNESS = 8_000;

/** What a simulated party says: one tone of its own, 300 to 3000 Hz, so that a recording tells who was heard. */
export function toneOf(address: string): number {
  const hash = [...address].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return 300 + (hash % 271) * 10;
}

/** So long, these tones in Hz are heard together; none: silence. */
export interface Part {
  readonly seconds: number;
  readonly tones: readonly number[];
}

/** A WAV file of tones, one part after the other: PCM, 16 bits, 8 kHz, mono; a second a piece. */
export async function* wav(parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  const lengths = parts.map(({ seconds }) => Math.round(seconds * RATE));
  yield header(lengths.reduce((sum, samples) => sum + samples, 0) * 2);
  for (const [i, { tones }] of parts.entries()) {
    const samples = lengths[i] ?? 0;
    for (let from = 0; from < samples; from += RATE) yield sound(tones, from, Math.min(from + RATE, samples));
  }
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

function sound(tones: readonly number[], from: number, to: number): Buffer {
  const samples = Buffer.alloc((to - from) * 2);
  for (let i = from; i < to; i += 1) {
    const level = tones.reduce((sum, hertz) => sum + LOUDNESS * Math.sin((2 * Math.PI * hertz * i) / RATE), 0);
    samples.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(level))), (i - from) * 2);
  }
  return samples;
}
