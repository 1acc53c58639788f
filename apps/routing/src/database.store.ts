import { Database } from '@cordboard/platform-database';
import { PrismaClient } from './generated/prisma/client.ts';

/** Routing's own tables. */
export type RoutingDatabase = Database<PrismaClient>;

export const openDatabase = (url: string): Promise<RoutingDatabase> =>
  Database.open({ url, schema: 'routing', connections: 16, client: (adapter) => new PrismaClient({ adapter }) });
