import { Database } from '@cordboard/platform-database';
import { PrismaClient } from './generated/prisma/client.ts';

/** Presence's own tables. */
export type PresenceDatabase = Database<PrismaClient>;

export const openDatabase = (url: string): Promise<PresenceDatabase> =>
  Database.open({ url, schema: 'presence', connections: 16, client: (adapter) => new PrismaClient({ adapter }) });
