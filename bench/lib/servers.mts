import { deploy } from '@cordboard/tools/migrations';
import { findNatsServer, startNats } from '@cordboard/tools/nats';
import { freePort } from '@cordboard/tools/ports';
import { startPostgres, temporaryDir } from '@cordboard/tools/postgres';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** A PostgreSQL with all tables and a NATS server of a benchmark's own, in `dir`, which is gone when they are stopped. */
export async function startServers(o: { readonly fast?: boolean } = {}) {
  const dir = temporaryDir('bench');
  const { bin } = await findNatsServer(() => undefined);
  const [postgres, nats] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), port: await freePort(), databases: ['cordboard'], ...o }),
    startNats({ bin, dir: join(dir, 'nats'), port: await freePort() }),
  ]);
  const url = postgres.url('cordboard');
  await deploy(url);
  return {
    dir,
    url,
    natsUrl: nats.url,
    stop: async (): Promise<void> => {
      await nats.stop();
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
