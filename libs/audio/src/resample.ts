/** Input samples on each side that one output sample is made of, for each sample of the lower rate. */
const REACH = 16;
/** What is kept of the band of the lower rate: the filter needs the rest to fall off. */
const KEPT = 0.94;

/** Changes the rate of a stream of samples, with a low-pass filter (a windowed sinc), so that nothing above half the new rate is left. */
export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly reach: number;
  private readonly filters: readonly Float32Array[];
  /** Input that later output still needs; before the first sample there is silence. */
  private input: Float32Array;
  /** Where the next output sample lies: whole input samples from the beginning of `input`, and `phase / up` of one more. */
  private at: number;
  private phase = 0;

  /** @param from and @param to in samples a second, whole numbers */
  constructor(from: number, to: number) {
    const shared = gcd(from, to);
    this.up = to / shared;
    this.down = from / shared;
    const share = Math.min(1, to / from);
    this.reach = Math.ceil(REACH / share);
    this.filters = Array.from({ length: this.up }, (_, phase) => filterAt(phase / this.up, this.reach, share));
    this.input = new Float32Array(this.reach);
    this.at = this.reach;
  }

  /** @returns what of the output is complete with these samples */
  push(samples: Float32Array): Float32Array {
    if (this.up === this.down) return samples;
    const input = new Float32Array(this.input.length + samples.length);
    input.set(this.input);
    input.set(samples, this.input.length);
    const output: number[] = [];
    while (this.at + this.reach < input.length) {
      output.push(weighed(input, this.at - this.reach, this.filters[this.phase] ?? input));
      this.phase += this.down;
      this.at += Math.floor(this.phase / this.up);
      this.phase %= this.up;
    }
    const first = Math.min(this.at - this.reach, input.length);
    this.input = input.slice(first);
    this.at -= first;
    return Float32Array.from(output);
  }

  /** @returns the last of the output */
  end(): Float32Array {
    return this.push(new Float32Array(this.up === this.down ? 0 : this.reach));
  }
}

function weighed(input: Float32Array, first: number, filter: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < filter.length; i += 1) sum += (input[first + i] ?? 0) * (filter[i] ?? 0);
  return sum;
}

/** The weights of the input around an output sample that lies `fraction` behind an input sample. */
function filterAt(fraction: number, reach: number, share: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const distance = i - reach - fraction;
    const window = Math.abs(distance) >= reach ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
    return window * sinc(distance * share * KEPT);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
