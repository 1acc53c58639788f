export { Database, isPassing, sqlState, type PrismaLike, type Sql } from './database.ts';
export { Timers, type DueTimer } from './timers.ts';
