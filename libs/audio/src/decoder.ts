/** Some sound of a file: as many channels as it has, samples between -1 and 1. */
export interface Samples {
  /** Samples a second. */
  readonly rate: number;
  readonly channels: readonly Float32Array[];
}

/** Reads one format as its bytes come. */
export interface Decoder {
  /** @returns what can be read so far and was not given before @throws AudioProblem */
  decode(bytes: Uint8Array): Promise<Samples | null>;
  /** No more bytes come. @throws AudioProblem */
  end(): Promise<Samples | null>;
  free(): void;
}

/** Why a file cannot be read, as a sentence for people. */
export class AudioProblem extends Error {}
