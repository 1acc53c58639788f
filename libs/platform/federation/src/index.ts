export { AccountCache, type AccountCacheLimits } from './account-cache.ts';
export { Federation, type Operation } from './federation.ts';
export { gatewayInterface } from './gateway-interface.ts';
export type { Followed } from './operation.ts';
export type { Entities, Fetch, Needed, Plan, Planner, PlanNode, Rewrite, Step } from './plan.ts';
export { PlannerPool } from './planner-pool.ts';
export type { Answer, Ask, Question } from './question.ts';
export { rootFieldsOf, rootSelections } from './root-selections.ts';
export { RouterPlanner } from './router-planner.ts';
