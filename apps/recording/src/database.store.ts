import { Database } from '@cordboard/platform-database';
import { PrismaClient } from './generated/prisma/client.ts';

/** Recording's own tables. */
export const openDatabase = (url: string): Promise<Database<PrismaClient>> =>
  Database.open({ url, schema: 'recording', client: (adapter) => new PrismaClient({ adapter }) });
