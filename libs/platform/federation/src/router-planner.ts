import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { Kind, parse } from 'graphql';
import { markLast } from './last.ts';
import type { Entities, Fetch, Needed, Plan, Planner, PlanNode, Rewrite, Step } from './plan.ts';

/** No label is overridden: nothing is rolled out by percentage here. */
const NO_LABELS: ReadonlySet<string> = new Set();

/** The planner of Hive Router (MIT, Rust) in this process, which it can abort: for tests and benches; services plan in a PlannerPool. */
export class RouterPlanner implements Planner {
  private readonly planner: QueryPlanner;
  readonly apiSdl: string;

  constructor(supergraphSdl: string) {
    this.planner = new QueryPlanner(supergraphSdl);
    this.apiSdl = this.planner.consumerSchema;
  }

  async plan(operation: string, operationName: string | undefined): Promise<Plan> {
    return planFrom(this.planner.plan(operation, operationName ?? null, NO_LABELS as Set<string>, 0));
  }
}

/** @param plan as the planner gives it, or its JSON says it @throws Error for a plan that cannot be executed */
export function planFrom(plan: unknown): Plan {
  const { node } = plan as { readonly node?: Theirs | null };
  const [events, rest] = withoutEvents(node ?? null);
  const plain = rest && nodeOf(rest, null);
  return { events: events && fetchOf(events, []), node: plain && markLast(plain) };
}

type TheirStep = '@' | { Field: string } | { TypeCondition: string[] };
type TheirRewriteStep = { Key: string } | { TypenameEquals: string | string[] };
interface TheirRewrite {
  ValueSetter?: { path: TheirRewriteStep[]; setValueTo: unknown };
  KeyRenamer?: { path: TheirRewriteStep[]; renameKeyTo: string };
  kind?: 'ValueSetter' | 'KeyRenamer';
  path?: TheirRewriteStep[];
  setValueTo?: unknown;
  renameKeyTo?: string;
}
type TheirNeeded =
  | { kind: 'Field'; name: string; alias?: string | null; selections?: TheirNeeded[] | null }
  | { kind: 'InlineFragment'; typeCondition: string; selections: TheirNeeded[] };
interface TheirFetch {
  kind: 'Fetch' | 'BatchFetch';
  serviceName: string;
  operation: string;
  operationName?: string | null;
  operationKind?: 'query' | 'mutation' | 'subscription' | null;
  variableUsages?: string[] | null;
  requires?: TheirNeeded[] | null;
  inputRewrites?: TheirRewrite[] | null;
  outputRewrites?: TheirRewrite[] | null;
  entityBatch?: {
    aliases: {
      alias: string;
      representationsVariableName: string;
      paths: TheirStep[][];
      requires: TheirNeeded[];
      inputRewrites?: TheirRewrite[] | null;
      outputRewrites?: TheirRewrite[] | null;
    }[];
  };
}
type Theirs =
  | TheirFetch
  | { kind: 'Sequence' | 'Parallel'; nodes: Theirs[] }
  | { kind: 'Flatten'; path: TheirStep[]; node: Theirs }
  | { kind: 'Condition'; condition: string; ifClause?: Theirs | null; elseClause?: Theirs | null }
  | { kind: 'Subscription'; primary: TheirFetch }
  | { kind: 'Defer' };

/** A subscription's plan begins with the fetch of its events. */
function withoutEvents(node: Theirs | null): [TheirFetch | null, Theirs | null] {
  if (node?.kind === 'Subscription') return [node.primary, null];
  if (node?.kind !== 'Sequence') return [null, node];
  const [first, ...rest] = node.nodes;
  return first?.kind === 'Subscription' ? [first.primary, { kind: 'Sequence', nodes: rest }] : [null, node];
}

function nodeOf(node: Theirs, at: readonly Step[] | null): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((one) => nodeOf(one, at)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((one) => nodeOf(one, at)) };
    case 'Flatten':
      return nodeOf(node.node, node.path.map(stepOf));
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        then: node.ifClause ? nodeOf(node.ifClause, at) : null,
        otherwise: node.elseClause ? nodeOf(node.elseClause, at) : null,
      };
    case 'Fetch':
      return fetchOf(node, node.requires?.length ? [entitiesOf('_entities', 'representations', [at ?? []], node)] : []);
    case 'BatchFetch':
      return fetchOf(
        node,
        (node.entityBatch?.aliases ?? []).map((one) =>
          entitiesOf(
            one.alias,
            one.representationsVariableName,
            one.paths.map((path) => path.map(stepOf)),
            one,
          ),
        ),
      );
    case 'Subscription':
    case 'Defer':
      throw new Error(`A plan with ${node.kind} inside cannot be executed.`);
  }
}

const entitiesOf = (
  key: string,
  variable: string,
  paths: readonly (readonly Step[])[],
  o: Pick<TheirFetch, 'requires' | 'inputRewrites' | 'outputRewrites'>,
): Entities => ({
  key,
  variable,
  paths,
  needs: (o.requires ?? []).map(neededOf),
  before: (o.inputRewrites ?? []).map(rewriteOf),
  after: (o.outputRewrites ?? []).map(rewriteOf),
  last: false,
});

const fetchOf = (fetch: TheirFetch, entities: readonly Entities[]): Fetch => ({
  kind: 'fetch',
  subgraph: fetch.serviceName,
  operation: fetch.operation,
  operationName: fetch.operationName ?? undefined,
  operationKind: fetch.operationKind ?? 'query',
  variables: fetch.variableUsages ?? [],
  keys: entities.length === 0 ? rootKeys(fetch.operation) : [],
  entities,
  after: entities.length === 0 ? (fetch.outputRewrites ?? []).map(rewriteOf) : [],
});

const rootKeys = (operation: string): readonly string[] =>
  parse(operation, { noLocation: true }).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? (selection.alias ?? selection.name).value : [],
        )
      : [],
  );

const stepOf = (step: TheirStep): Step => (step === '@' ? '@' : 'Field' in step ? { field: step.Field } : { types: step.TypeCondition });

const neededOf = (needed: TheirNeeded): Needed =>
  needed.kind === 'Field'
    ? { kind: 'field', name: needed.name, key: needed.alias ?? needed.name, of: needed.selections?.map(neededOf) }
    : { kind: 'fragment', type: needed.typeCondition, of: needed.selections.map(neededOf) };

function rewriteOf(rewrite: TheirRewrite): Rewrite {
  const rename = rewrite.KeyRenamer ?? (rewrite.kind === 'KeyRenamer' ? rewrite : undefined);
  const set = rewrite.ValueSetter ?? (rewrite.kind === 'ValueSetter' ? rewrite : undefined);
  const path = (rename?.path ?? set?.path ?? []).map((step) =>
    'Key' in step ? { key: step.Key } : { types: [step.TypenameEquals].flat() },
  );
  return { path, to: rename ? { rename: rename.renameKeyTo ?? '' } : { value: set?.setValueTo } };
}
