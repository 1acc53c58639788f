import type { IsA } from './entities.ts';
import type { Entities, Needed, Plan, PlanNode } from './plan.ts';

/**
 * A subgraph with an interface object is asked about every object of the interface. Where a selection has fragments on several of its types, the
 * planner merges their fetches into one and keeps the condition of one type: the others would not be asked about.
 */
export function aboutWholeInterfaces(plan: Plan, isA: IsA): Plan {
  const changed = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'fetch':
        return node.entities.length === 0 ? node : { ...node, entities: node.entities.map((one) => widened(one, isA)) };
      case 'sequence':
      case 'parallel':
        return { ...node, nodes: node.nodes.map(changed) };
      case 'condition':
        return { ...node, then: node.then && changed(node.then), otherwise: node.otherwise && changed(node.otherwise) };
    }
  };
  return { ...plan, node: plan.node && changed(plan.node) };
}

function widened(entities: Entities, isA: IsA): Entities {
  const names = entities.before.flatMap(({ path, to }) => {
    const last = path.at(-1);
    return path.length === 2 && last && 'key' in last && last.key === '__typename' && 'value' in to ? [String(to.value)] : [];
  });
  if (names.length === 0) return entities;
  const needs = entities.needs.map((one): Needed => {
    const name = one.kind === 'fragment' ? names.find((all) => isA(one.type, all)) : undefined;
    return one.kind === 'fragment' && name !== undefined ? { ...one, type: name } : one;
  });
  return { ...entities, needs };
}
