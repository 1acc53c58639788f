import { AudioProblem, type Decoder, type Samples } from './decoder.ts';

/** A header goes on for so many bytes at most until its samples begin: programs write notes and pictures before them. */
const MAX_HEADER = 1_048_576;
const [PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE] = [1, 3, 6, 7, 0xfffe];

interface Format {
  readonly code: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

/** Reads WAV (RIFF) as it comes: PCM of 8 to 32 bits, floating point, A-law, mu-law. */
export class WavDecoder implements Decoder {
  private rest = Buffer.alloc(0);
  private format: Format | undefined;
  /** Of the samples' chunk that are still to come; undefined: it has not begun. */
  private left: number | undefined;

  async decode(bytes: Uint8Array): Promise<Samples | null> {
    this.rest = Buffer.concat([this.rest, bytes]);
    if (this.left === undefined) this.readHeader();
    if (this.left === undefined || !this.format) return null;
    const frame = (this.format.channels * this.format.bits) / 8;
    const whole = Math.min(this.left, this.rest.length);
    const taken = this.rest.subarray(0, whole - (whole % frame));
    this.rest = this.rest.subarray(taken.length);
    this.left -= taken.length;
    return taken.length === 0 ? null : samplesOf(taken, this.format);
  }

  async end(): Promise<null> {
    if (this.left === undefined) throw new AudioProblem('It ends before its sound begins.');
    return null;
  }

  free(): void {
    this.rest = Buffer.alloc(0);
  }

  /** @throws AudioProblem where the header is wrong */
  private readHeader(): void {
    for (let at = 12; at + 8 <= this.rest.length;) {
      const [name, length, from] = [this.rest.toString('latin1', at, at + 4), this.rest.readUInt32LE(at + 4), at + 8];
      if (name === 'data') return this.begin(from, length);
      if (from + length > this.rest.length) break;
      if (name === 'fmt ') this.format = formatIn(this.rest.subarray(from, from + length));
      at = from + length + (length % 2);
    }
    if (this.rest.length > MAX_HEADER) throw new AudioProblem('Its sound begins too late in the file.');
  }

  /** A program that streams does not know the length yet: then all that comes counts. */
  private begin(from: number, length: number): void {
    if (!this.format) throw new AudioProblem('It does not say how its sound is written.');
    this.rest = this.rest.subarray(from);
    this.left = length === 0 || length >= 0x7ffff000 ? Infinity : length;
  }
}

function formatIn(chunk: Buffer): Format {
  if (chunk.length < 16) throw new AudioProblem('Its header is cut off.');
  const named = chunk.readUInt16LE(0);
  const code = named === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : named;
  const format = { code, channels: chunk.readUInt16LE(2), rate: chunk.readUInt32LE(4), bits: chunk.readUInt16LE(14) };
  if (!readerOf(format)) throw new AudioProblem(`Its sound is written in a way that is not known (format ${code}, ${format.bits} bits).`);
  if (format.channels < 1 || format.channels > 8) throw new AudioProblem(`It has ${format.channels} channels; 1 to 8 can be read.`);
  return format;
}

function samplesOf(bytes: Buffer, format: Format): Samples {
  const read = readerOf(format);
  const size = format.bits / 8;
  const count = bytes.length / size / format.channels;
  const channels = Array.from({ length: format.channels }, (_, channel) =>
    Float32Array.from({ length: count }, (__, i) => read?.(bytes, (i * format.channels + channel) * size) ?? 0),
  );
  return { rate: format.rate, channels };
}

type Reader = (bytes: Buffer, at: number) => number;
const PCM_READERS: Readonly<Record<number, Reader>> = {
  8: (bytes, at) => (bytes.readUInt8(at) - 128) / 128,
  16: (bytes, at) => bytes.readInt16LE(at) / 32_768,
  24: (bytes, at) => bytes.readIntLE(at, 3) / 8_388_608,
  32: (bytes, at) => bytes.readInt32LE(at) / 2_147_483_648,
};
const FLOAT_READERS: Readonly<Record<number, Reader>> = {
  32: (bytes, at) => bytes.readFloatLE(at),
  64: (bytes, at) => bytes.readDoubleLE(at),
};

function readerOf({ code, bits }: Format): Reader | undefined {
  if (code === PCM) return PCM_READERS[bits];
  if (code === FLOAT) return FLOAT_READERS[bits];
  if (bits !== 8) return undefined;
  return code === MU_LAW ? muLaw : code === A_LAW ? aLaw : undefined;
}

/** ITU-T G.711. */
function muLaw(bytes: Buffer, at: number): number {
  const code = ~bytes.readUInt8(at) & 0xff;
  const size = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  return (code & 0x80 ? -size : size) / 32_768;
}

/** ITU-T G.711. */
function aLaw(bytes: Buffer, at: number): number {
  const code = bytes.readUInt8(at) ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (code & 0x80 ? size : -size) / 32_768;
}
