import { fetchesOf, type Entities, type PlanNode, type Step } from './plan.ts';

/**
 * What nothing is asked about any more may be shared by all places that show it (`Entities.last`). Reads every path twice, however many there
 * are.
 */
export function markLast(plan: PlanNode): PlanNode {
  const around = new Set<string>();
  for (const { entities } of fetchesOf(plan))
    for (const { paths } of entities) for (const path of paths) for (const place of placesAround(path)) around.add(place);
  const isLast = ({ paths }: Entities): boolean => paths.every((path) => !around.has(fieldsOf(path).join('.')));
  const mark = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'fetch':
        return { ...node, entities: node.entities.map((one) => ({ ...one, last: isLast(one) })) };
      case 'sequence':
      case 'parallel':
        return { ...node, nodes: node.nodes.map(mark) };
      case 'condition':
        return { ...node, then: node.then && mark(node.then), otherwise: node.otherwise && mark(node.otherwise) };
    }
  };
  return mark(plan);
}

const fieldsOf = (path: readonly Step[]): readonly string[] =>
  path.flatMap((step) => (typeof step === 'object' && 'field' in step ? step.field : []));

/** Every place that what lies at the path lies inside of, by the fields on the way to it. */
function placesAround(path: readonly Step[]): readonly string[] {
  const fields = fieldsOf(path);
  return fields.slice(1).map((_, i) => fields.slice(0, i + 1).join('.'));
}
