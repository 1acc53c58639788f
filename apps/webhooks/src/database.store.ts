import { Database } from '@cordboard/platform-database';
import { PrismaClient } from './generated/prisma/client.ts';

/** The webhooks' own tables. */
export const openDatabase = (url: string): Promise<Database<PrismaClient>> =>
  Database.open({ url, schema: 'webhooks', client: (adapter) => new PrismaClient({ adapter }) });
