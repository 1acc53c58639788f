import { PrismaPg } from '@prisma/adapter-pg';
import { Database } from '@cordboard/platform-database';
import { PrismaClient } from '../../apps/routing/src/generated/prisma/client.ts';
import type { RoutingDatabase } from './routing.ts';

/** What a part is given that asks for routing's database by its class and, over memory, never uses it: nothing answers there. */
export const nowhere = (): RoutingDatabase =>
  Database.over(new PrismaClient({ adapter: new PrismaPg({ connectionString: 'postgresql://nowhere.invalid/' }) }));
