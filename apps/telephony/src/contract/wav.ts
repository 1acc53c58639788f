/** What a WAV file of an engine holds, for its contract: what is in the header, and how loud a tone is in the samples. */
export interface Wav {
  readonly format: { readonly pcm: boolean; readonly channels: number; readonly rate: number; readonly bits: number };
  readonly seconds: number;
  /** How much of the sound is this tone: 0 to 1 (Goertzel). */
  share(hertz: number): number;
}

export async function readWav(audio: AsyncIterable<Uint8Array>): Promise<Wav> {
  const pieces: Uint8Array[] = [];
  for await (const piece of audio) pieces.push(piece);
  const file = Buffer.concat(pieces);
  const chunk = (name: string): Buffer => {
    for (let at = 12; at + 8 <= file.length; at += 8 + file.readUInt32LE(at + 4))
      if (file.toString('latin1', at, at + 4) === name) return file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4));
    throw new Error(`there is no ${name} in the file`);
  };
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') throw new Error('it is no WAV file');
  const [head, data] = [chunk('fmt '), chunk('data')];
  const rate = head.readUInt32LE(4);
  const samples = Array.from({ length: Math.floor(data.length / 2) }, (_, i) => data.readInt16LE(i * 2));
  return {
    format: { pcm: head.readUInt16LE(0) === 1, channels: head.readUInt16LE(2), rate, bits: head.readUInt16LE(14) },
    seconds: samples.length / rate,
    share: (hertz) => share(samples, hertz / rate),
  };
}

function share(samples: readonly number[], cyclesASample: number): number {
  const step = 2 * Math.PI * cyclesASample;
  const sum = (wave: (angle: number) => number): number => samples.reduce((total, sample, i) => total + sample * wave(step * i), 0);
  const power = samples.reduce((total, sample) => total + sample * sample, 0);
  return power === 0 ? 0 : (2 * (sum(Math.cos) ** 2 + sum(Math.sin) ** 2)) / (samples.length * power);
}
