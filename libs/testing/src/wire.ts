import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between two programs that a test can cut. */
export interface Wire {
  readonly port: number;
  /** Ends what goes over it and lets nothing new begin. */
  cut(): void;
  /** From now on nothing comes through, and nobody is told. */
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A wire to a port of this machine. */
export async function wireTo(port: number): Promise<Wire> {
  const ends = new Set<Socket>();
  let state: 'whole' | 'cut' | 'frozen' = 'whole';
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.on('data', (data) => void (state === 'whole' && other.write(data)));
      end.on('error', () => undefined);
      end.on('close', () => {
        ends.delete(end);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = (): void => ends.forEach((end) => end.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      state = 'cut';
      drop();
    },
    freeze: () => void (state = 'frozen'),
    mend: () => void (state = 'whole'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}
