/** Telephone sound: 8000 samples a second, 16 bits, and as a byte each on the line (G.711, mu-law). */
export const RATE = 8_000;
const BIAS = 0x84;
const CLIP = 32_635;

export function toByte(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const size = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = Math.max(0, 31 - Math.clz32(size) - 7);
  return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 0x0f)) & 0xff;
}

export function fromByte(byte: number): number {
  const bits = ~byte & 0xff;
  const size = ((((bits & 0x0f) << 3) + BIAS) << ((bits & 0x70) >> 4)) - BIAS;
  return bits & 0x80 ? -size : size;
}

/** How loud a tone is among samples: 1 is as loud as a line can be (Goertzel). */
export function loudness(samples: readonly number[], hertz: number): number {
  const step = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let [one, two] = [0, 0];
  for (const sample of samples) [one, two] = [sample / 32_768 + step * one - two, one];
  return (2 * Math.sqrt(Math.max(0, one * one + two * two - step * one * two))) / Math.max(1, samples.length);
}
