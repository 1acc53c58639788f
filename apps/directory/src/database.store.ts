import { Database } from '@cordboard/platform-database';
import { PrismaClient } from './generated/prisma/client.ts';

/** The directory's own tables. */
export const openDatabase = (url: string): Promise<Database<PrismaClient>> =>
  Database.open({ url, schema: 'directory', client: (adapter) => new PrismaClient({ adapter }) });
