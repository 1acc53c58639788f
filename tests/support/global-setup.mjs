// @ts-check
/**
 * What specs that need real parts find in their environment: one PostgreSQL for the whole run, with a migrated template database
 * (TEST_POSTGRES_URL, TEST_TEMPLATE_DATABASE), and the nats-server program (NATS_SERVER_BIN), of which each starts one of its own.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { deploy } from '@cordboard/tools/migrations';
import { findNatsServer } from '@cordboard/tools/nats';
import { freePort } from '@cordboard/tools/ports';
import { startPostgres, temporaryDir } from '@cordboard/tools/postgres';

const TEMPLATE = 'template_migrated';

export default async function setUp() {
  const dir = temporaryDir('test');
  const [cluster, nats] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), port: await freePort(), databases: [TEMPLATE], fast: true }),
    findNatsServer(console.log),
  ]);
  await deploy(cluster.url(TEMPLATE));
  Object.assign(process.env, { TEST_POSTGRES_URL: cluster.url('postgres'), TEST_TEMPLATE_DATABASE: TEMPLATE, NATS_SERVER_BIN: nats.bin });
  const tearDown = async () => {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  Object.assign(globalThis, { tearDownCordboard: tearDown });
}
