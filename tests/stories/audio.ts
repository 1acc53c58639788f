/** Long enough to tell tones of the simulated network apart, in seconds. */
const WINDOW = 0.1;
/** A tone that is spoken has at least this part of a window's power. */
const LOUD = 0.15;

/** Who was heard one after the other, and how long each time, in seconds: names from `tones` (Hz by name), joined by `+`; `` where nobody was. */
export function heardIn(wav: Uint8Array, tones: Readonly<Record<string, number>>): { readonly who: string; readonly seconds: number }[] {
  const { samples, rate } = read(Buffer.from(wav));
  const size = Math.round(rate * WINDOW);
  const heard: { who: string; seconds: number }[] = [];
  for (let from = 0; from + size <= samples.length; from += size) {
    const window = samples.subarray(from, from + size);
    const who = Object.entries(tones)
      .filter(([, hertz]) => share(window, hertz / rate) > LOUD)
      .map(([name]) => name)
      .join('+');
    const last = heard.at(-1);
    if (last?.who === who) last.seconds += WINDOW;
    else heard.push({ who, seconds: WINDOW });
  }
  return heard;
}

function read(file: Buffer): { samples: Int16Array; rate: number } {
  expect([file.toString('latin1', 0, 4), file.toString('latin1', 8, 16), file.readUInt16LE(20)]).toEqual(['RIFF', 'WAVEfmt ', 1]);
  const data = file.subarray(44);
  expect([file.toString('latin1', 36, 40), file.readUInt32LE(40), file.readUInt32LE(4)]).toEqual(['data', data.length, file.length - 8]);
  return { samples: Int16Array.from({ length: data.length / 2 }, (_, i) => data.readInt16LE(i * 2)), rate: file.readUInt32LE(24) };
}

/** How much of the power of some samples is this tone (Goertzel): 0 to 1. */
function share(samples: Int16Array, cyclesASample: number): number {
  const factor = 2 * Math.cos(2 * Math.PI * cyclesASample);
  let [before, last, power] = [0, 0, 0];
  for (const sample of samples) {
    [before, last] = [last, sample + factor * last - before];
    power += sample * sample;
  }
  return power === 0 ? 0 : (2 * (last * last + before * before - factor * last * before)) / (samples.length * power);
}
