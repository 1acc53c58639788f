import { Database } from '@cordboard/platform-database';
import { PrismaClient } from './generated/prisma/client.ts';

/** History's own tables. */
export const openDatabase = (url: string): Promise<Database<PrismaClient>> =>
  Database.open({ url, schema: 'history', client: (adapter) => new PrismaClient({ adapter }) });
