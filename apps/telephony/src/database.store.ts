import { Database } from '@cordboard/platform-database';
import { PrismaClient } from './generated/prisma/client.ts';

/** The service's own tables. @throws CannotStart where the database cannot be used */
export const openDatabase = (url: string): Promise<Database<PrismaClient>> =>
  Database.open({ url, schema: 'telephony', client: (adapter) => new PrismaClient({ adapter }) });
