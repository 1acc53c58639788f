import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import { MPEGDecoder } from 'mpg123-decoder';
import { OggOpusDecoder } from 'ogg-opus-decoder';
import { AudioProblem, type Decoder, type Samples } from './decoder.ts';

/** What the decoders of `wasm-audio-decoders` have in common. */
interface Library {
  readonly ready: Promise<void>;
  decode(bytes: Uint8Array): Read | Promise<Read>;
  flush?(): Promise<Read>;
  free(): void;
}
interface Read {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
}

/** Reads MP3, Ogg Vorbis or Ogg Opus. */
export class CompressedDecoder implements Decoder {
  private constructor(private readonly library: Library) {}

  static async open(format: 'mp3' | 'vorbis' | 'opus'): Promise<CompressedDecoder> {
    const library: Library = format === 'mp3' ? new MPEGDecoder() : format === 'vorbis' ? new OggVorbisDecoder() : new OggOpusDecoder();
    await library.ready;
    return new CompressedDecoder(library);
  }

  async decode(bytes: Uint8Array): Promise<Samples | null> {
    return samplesOf(await readable(() => this.library.decode(bytes)));
  }

  async end(): Promise<Samples | null> {
    const { library } = this;
    return library.flush ? samplesOf(await readable(() => library.flush?.())) : null;
  }

  free(): void {
    this.library.free();
  }
}

async function readable(read: () => Read | Promise<Read> | undefined): Promise<Read | undefined> {
  try {
    return await read();
  } catch (error) {
    throw new AudioProblem(`It is damaged (${(error as Error).message}).`);
  }
}

const samplesOf = (read: Read | undefined): Samples | null =>
  read && read.samplesDecoded > 0 ? { rate: read.sampleRate, channels: read.channelData } : null;
