import { CompressedDecoder } from './compressed.ts';
import { AudioProblem, type Decoder, type Samples } from './decoder.ts';
import { Resampler } from './resample.ts';
import { WavDecoder } from './wav.ts';

/** Samples a second of what a telephone plays. */
export const TELEPHONE_RATE = 8_000;
export type AudioFormat = 'wav' | 'mp3' | 'ogg';

/** What a telephone plays: 16 bits, 8 kHz, mono. */
export interface TelephoneSound {
  /** What it was read from. */
  readonly format: AudioFormat;
  readonly samples: Int16Array;
  readonly seconds: number;
}

/** Why nothing was made of a file: it is none that can be read, it goes on for longer than it may, or nothing is heard in it. */
export type NoSound = { readonly problem: 'UNREADABLE'; readonly detail: string } | { readonly problem: 'TOO_LONG' | 'SILENT' };

/** So many bytes tell which format a file has. */
const HEAD = 64;
/** Rates that files have, in samples a second. */
const [MIN_RATE, MAX_RATE] = [4_000, 384_000];
/** What is never louder than this is not heard; 1 is as loud as can be. */
const QUIET = 0.003;

/**
 * Reads a WAV, MP3 or Ogg (Vorbis, Opus) file as it comes, whatever it is called, and makes of it what a telephone plays. What comes after
 * `maxSeconds` is not read.
 */
export async function toTelephoneSound(bytes: AsyncIterable<Uint8Array>, maxSeconds: number): Promise<TelephoneSound | NoSound> {
  const sound = new Mixer(maxSeconds);
  let decoder: Decoder | undefined;
  try {
    let format: AudioFormat | undefined;
    for await (const chunk of framed(bytes)) {
      if (!decoder) ({ decoder, format } = await decoderFor(chunk));
      sound.add(await decoder.decode(chunk));
      if (sound.isTooLong) return { problem: 'TOO_LONG' };
    }
    sound.add((await decoder?.end()) ?? null);
    return format ? sound.finish(format) : { problem: 'UNREADABLE', detail: 'It is empty.' };
  } catch (error) {
    if (error instanceof AudioProblem) return { problem: 'UNREADABLE', detail: error.message };
    throw error;
  } finally {
    decoder?.free();
  }
}

/** As a WAV file. */
export function wavFile(samples: Int16Array): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + samples.length * 2, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(TELEPHONE_RATE, 24);
  head.writeUInt32LE(TELEPHONE_RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.length * 2, 40);
  const body = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, i) => body.writeInt16LE(sample, i * 2));
  return Buffer.concat([head, body]);
}

/** Puts what was decoded together: one channel, the telephone's rate. */
class Mixer {
  private readonly parts: Int16Array[] = [];
  private length = 0;
  private loudest = 0;
  private resampler: Resampler | undefined;
  private rate = 0;

  constructor(private readonly maxSeconds: number) {}

  get isTooLong(): boolean {
    return this.length > this.maxSeconds * TELEPHONE_RATE;
  }

  add(samples: Samples | null): void {
    if (!samples) return;
    if (samples.rate < MIN_RATE || samples.rate > MAX_RATE) throw new AudioProblem(`It has ${samples.rate} samples a second.`);
    if (samples.rate !== this.rate) this.keep(this.resampler?.end());
    if (samples.rate !== this.rate) this.resampler = new Resampler(samples.rate, TELEPHONE_RATE);
    this.rate = samples.rate;
    this.keep(this.resampler?.push(mono(samples)));
  }

  finish(format: AudioFormat): TelephoneSound | NoSound {
    this.keep(this.resampler?.end());
    if (this.isTooLong) return { problem: 'TOO_LONG' };
    if (this.length === 0) throw new AudioProblem('No sound can be read from it.');
    if (this.loudest < QUIET) return { problem: 'SILENT' };
    const samples = new Int16Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      samples.set(part, at);
      at += part.length;
    }
    return { format, samples, seconds: this.length / TELEPHONE_RATE };
  }

  private keep(samples: Float32Array | undefined): void {
    if (!samples) return;
    for (const sample of samples) this.loudest = Math.max(this.loudest, Math.abs(sample));
    this.parts.push(Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)))));
    this.length += samples.length;
  }
}

function mono({ channels }: Samples): Float32Array {
  const [first = new Float32Array(), ...others] = channels;
  return others.length === 0
    ? first
    : first.map((sample, i) => others.reduce((sum, other) => sum + (other[i] ?? 0), sample) / channels.length);
}

async function decoderFor(head: Uint8Array): Promise<{ decoder: Decoder; format: AudioFormat }> {
  const text = Buffer.from(head.subarray(0, HEAD)).toString('latin1');
  if (text.startsWith('RIFF') && text.startsWith('WAVE', 8)) return { decoder: new WavDecoder(), format: 'wav' };
  if (text.startsWith('OggS') && text.includes('\x01vorbis')) return { decoder: await CompressedDecoder.open('vorbis'), format: 'ogg' };
  if (text.startsWith('OggS') && text.includes('OpusHead')) return { decoder: await CompressedDecoder.open('opus'), format: 'ogg' };
  if (text.startsWith('ID3') || isMp3Frame(head)) return { decoder: await CompressedDecoder.open('mp3'), format: 'mp3' };
  throw new AudioProblem('Its content is neither WAV nor MP3 nor Ogg (Vorbis or Opus).');
}

/** The header of an MPEG audio frame of layer III (ISO/IEC 11172-3 §2.4.2.3). */
const isMp3Frame = ([first = 0, second = 0, third = 0]: Uint8Array): boolean =>
  first === 0xff && (second & 0xe6) === 0xe2 && third >> 4 !== 0xf && (third & 0x0c) !== 0x0c;

/** The same bytes, so that the first piece is enough to tell the format; a short file is one piece. */
async function* framed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (!head) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD) continue;
    yield head;
    head = undefined;
  }
  if (head && head.length > 0) yield head;
}
