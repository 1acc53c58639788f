// @ts-check
/** Sounds as WAV files that a telephone can play: PCM, 16 bits, 8 kHz, mono. */

const RATE = 8_000;
const LOUDNESS = 6_000;

/**
 * Parts one after the other; `hertz` are heard together, none is silence. Each begins and ends softly, so that it does not click.
 * @param {readonly { readonly seconds: number, readonly hertz: readonly number[] }[]} parts @returns {Buffer}
 */
export function wavOf(parts) {
  return withHead(Buffer.concat(parts.map(({ seconds, hertz }) => tones(Math.round(seconds * RATE), hertz))));
}

/** Samples as such a file. @param {Int16Array} samples @returns {Buffer} */
export function wavFrom(samples) {
  const sound = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, i) => sound.writeInt16LE(sample, i * 2));
  return withHead(sound);
}

/** @param {Buffer} sound */
function withHead(sound) {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + sound.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(sound.length, 40);
  return Buffer.concat([head, sound]);
}

/** @param {number} count of samples @param {readonly number[]} hertz */
function tones(count, hertz) {
  const piece = Buffer.alloc(count * 2);
  const ramp = RATE / 100;
  for (let i = 0; i < count; i++) {
    const soft = Math.min(1, i / ramp, (count - i) / ramp);
    const level = hertz.reduce((sum, tone) => sum + LOUDNESS * Math.sin((2 * Math.PI * tone * i) / RATE), 0);
    piece.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(level * soft))), i * 2);
  }
  return piece;
}
