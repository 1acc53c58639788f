export { needed, testDatabase, type TestDatabase } from './database.ts';
export { eventually } from './eventually.ts';
export { hire, type Hired } from './more-agents.ts';
export { freePort, testNats, type TestNats } from './nats.ts';
export { testKey, type TestKey } from './tokens.ts';
export { plainClient } from './sql.ts';
