/** What a benchmark runs of the gateway's documents on its own. */
export { expensiveDocuments } from './documents.fixture.ts';
export { Documents } from './documents.ts';
export { graphOver, startPlanner } from './federation.ts';
export { MOST_TOKENS } from './limits.ts';
export { expensiveRequests, type ExpensiveRequest } from './requests.fixture.ts';
