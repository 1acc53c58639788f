import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { toTelephoneSound, wavFile, type TelephoneSound } from './index.ts';

const fixture = (name: string): AsyncIterable<Uint8Array> => createReadStream(join(import.meta.dirname, 'fixtures', name));

async function* inPieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Written {
  readonly code: number;
  readonly bits: number;
  readonly rate: number;
  readonly channels: number;
}

/** A WAV file with a tone in each channel. */
function wav({ code, bits, rate, channels }: Written, hertz: number, seconds: number, loudness = 0.5): Buffer {
  const frames = Math.round(rate * seconds);
  const data = Buffer.alloc((frames * channels * bits) / 8);
  for (let i = 0; i < frames * channels; i += 1) {
    const value = loudness * Math.sin((2 * Math.PI * hertz * Math.floor(i / channels)) / rate);
    const at = (i * bits) / 8;
    if (code === 3) data.writeFloatLE(value, at);
    else if (code === 7) data.writeUInt8(muLaw(value * 32_767), at);
    else if (bits === 8) data.writeUInt8(Math.round(128 + value * 127), at);
    else data.writeIntLE(Math.round(value * (2 ** (bits - 1) - 1)), at, bits / 8);
  }
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(code, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

function muLaw(sample: number): number {
  const size = Math.min(Math.abs(Math.round(sample)), 32_635) + 0x84;
  const exponent = Math.max(0, 31 - Math.clz32(size) - 7);
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | ((size >> (exponent + 3)) & 0x0f)) & 0xff;
}

/** How much of a sound is a tone, at 8 kHz: 0 to 1 (Goertzel). */
function share(samples: Int16Array, hertz: number): number {
  const middle = samples.subarray(1_000, samples.length - 1_000);
  const step = 2 * Math.cos((2 * Math.PI * hertz) / 8_000);
  let [one, two, energy] = [0, 0, 0];
  for (const sample of middle) {
    [one, two] = [sample + step * one - two, one];
    energy += sample * sample;
  }
  return (2 * (one * one + two * two - step * one * two)) / (middle.length * energy);
}

const heard = async (bytes: AsyncIterable<Uint8Array>, maxSeconds = 300): Promise<TelephoneSound> => {
  const sound = await toTelephoneSound(bytes, maxSeconds);
  if ('problem' in sound) throw new Error(JSON.stringify(sound));
  return sound;
};

describe('what a telephone plays is made of', () => {
  it.each<[string, Written]>([
    ['PCM of 16 bits at 8 kHz', { code: 1, bits: 16, rate: 8_000, channels: 1 }],
    ['PCM of 16 bits at 44.1 kHz, stereo', { code: 1, bits: 16, rate: 44_100, channels: 2 }],
    ['PCM of 24 bits at 48 kHz', { code: 1, bits: 24, rate: 48_000, channels: 1 }],
    ['PCM of 8 bits at 11.025 kHz', { code: 1, bits: 8, rate: 11_025, channels: 1 }],
    ['floating point at 96 kHz', { code: 3, bits: 32, rate: 96_000, channels: 1 }],
    ['mu-law at 8 kHz', { code: 7, bits: 8, rate: 8_000, channels: 1 }],
  ])('WAV: %s', async (_, written) => {
    const { format, samples, seconds } = await heard(inPieces(wav(written, 800, 0.6)));
    expect(format).toBe('wav');
    expect(seconds).toBeCloseTo(0.6, 1);
    expect(share(samples, 800)).toBeGreaterThan(0.98);
  });

  it.each([
    ['MP3', 'tone-700-hz.mp3', 700, 'mp3'],
    ['Ogg Vorbis', 'tone-900-hz.vorbis.ogg', 900, 'ogg'],
    ['Ogg Opus', 'tone-1100-hz.opus.ogg', 1_100, 'ogg'],
  ])('%s', async (_, name, hertz, is) => {
    const { format, samples, seconds } = await heard(fixture(name));
    expect(format).toBe(is);
    expect(seconds).toBeCloseTo(0.6, 0);
    expect(share(samples, hertz)).toBeGreaterThan(0.95);
  });

  it('a file without what no telephone carries: a tone of 5 kHz does not come back as one of 3 kHz', async () => {
    const { samples } = await heard(inPieces(wav({ code: 1, bits: 16, rate: 48_000, channels: 1 }, 5_000, 0.6)));
    expect(Math.max(...samples.subarray(1_000, 3_000))).toBeLessThan(10);
  });

  it('a file that a program was streaming: it does not know its length', async () => {
    const streamed = withoutLength(wav({ code: 1, bits: 16, rate: 22_050, channels: 1 }, 800, 0.5));
    expect((await heard(inPieces(streamed))).seconds).toBeCloseTo(0.5, 1);
  });

  it('itself: a WAV file of a telephone comes back sample for sample', async () => {
    const samples = Int16Array.from({ length: 4_000 }, (_, i) => Math.round(9_000 * Math.sin(i / 5)));
    const again = (await heard(inPieces(wavFile(samples)))).samples;
    expect(again.every((sample, i) => sample === samples[i])).toBe(true);
    expect(again).toHaveLength(samples.length);
  });
});

const withoutLength = (file: Buffer): Buffer => {
  const streamed = Buffer.from(file);
  streamed.writeUInt32LE(0x7ffff000, 40);
  return streamed;
};

describe('nothing is made of', () => {
  const tone = wav({ code: 1, bits: 16, rate: 8_000, channels: 1 }, 800, 2);
  it.each([
    ['a picture', Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(2_000)]), /^Its content is neither WAV nor MP3/],
    [
      'a text that is called a sound',
      Buffer.from('Good morning, and welcome to all of you who have called us today, on this fine day.'),
      /^Its content/,
    ],
    ['an empty file', Buffer.alloc(0), /^It is empty/],
    ['a WAV file that ends in its header', tone.subarray(0, 40), /^It ends before its sound begins/],
    ['a WAV file of an unknown kind', Object.assign(Buffer.from(tone), { 20: 0x11 }), /format 17/],
    ['an MP3 file without a frame', Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0'), Buffer.alloc(4_000)]), /^No sound can be read/],
  ])('%s', async (_, bytes, detail) => {
    expect(await toTelephoneSound(inPieces(bytes), 300)).toEqual({
      problem: 'UNREADABLE',
      detail: expect.stringMatching(detail) as string,
    });
  });

  it('a file that is longer than it may be, and it is not read further', async () => {
    let read = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield withoutLength(tone).subarray(0, 44);
      for (; read < 1_000; read += 1) yield tone.subarray(44);
    };
    expect(await toTelephoneSound(endless(), 10)).toEqual({ problem: 'TOO_LONG' });
    expect(read).toBeLessThan(10);
  });

  it('silence', async () => {
    const silent = wav({ code: 1, bits: 16, rate: 8_000, channels: 1 }, 800, 1, 0);
    expect(await toTelephoneSound(inPieces(silent), 300)).toEqual({ problem: 'SILENT' });
  });
});
