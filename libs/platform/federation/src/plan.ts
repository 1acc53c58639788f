/** A step into an answer: a field by its response key, every element of a list, or only objects of one of these types. */
export type Step = { readonly field: string } | '@' | { readonly types: readonly string[] };

/** What an entity must show of itself to be asked more about. */
export type Needed =
  | { readonly kind: 'field'; readonly name: string; readonly key: string; readonly of?: readonly Needed[] | undefined }
  | { readonly kind: 'fragment'; readonly type: string; readonly of: readonly Needed[] };

/** A change of what goes to, or comes from, a subgraph that calls something by another name. */
export interface Rewrite {
  readonly path: readonly ({ readonly key: string } | { readonly types: readonly string[] })[];
  readonly to: { readonly rename: string } | { readonly value: unknown };
}

/** Entities of one kind that one fetch asks about, wherever in the answer they stand. */
export interface Entities {
  /** The response key of `_entities` in the fetch. */
  readonly key: string;
  readonly variable: string;
  readonly paths: readonly (readonly Step[])[];
  readonly needs: readonly Needed[];
  readonly before: readonly Rewrite[];
  readonly after: readonly Rewrite[];
  /** Nothing is asked about what lies inside these: places that show the same entity may share what is found. */
  readonly last: boolean;
}

/** One operation for one subgraph. */
export interface Fetch {
  readonly kind: 'fetch';
  readonly subgraph: string;
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  readonly variables: readonly string[];
  /** The response keys of the root, where that is what it asks for. */
  readonly keys: readonly string[];
  /** Empty: it asks for fields of the root. */
  readonly entities: readonly Entities[];
  readonly after: readonly Rewrite[];
}

/** How an operation is answered. */
export type PlanNode =
  | Fetch
  | { readonly kind: 'sequence'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'condition'; readonly variable: string; readonly then: PlanNode | null; readonly otherwise: PlanNode | null };

export interface Plan {
  /** A subscription's first fetch: what its events are. */
  readonly events: Fetch | null;
  /** All else; null where nothing is to be asked. */
  readonly node: PlanNode | null;
}

/** Makes plans over one supergraph. The one seam to whichever library plans. */
export interface Planner {
  /** The SDL that clients see. */
  readonly apiSdl: string;
  /**
   * @param account whose operation it is, where accounts take turns; null: a request without a token
   * @throws Error where there is no way to answer
   */
  plan(operation: string, operationName: string | undefined, account?: string | null): Promise<Plan>;
}

/** Every fetch of a plan, in no order. */
export function fetchesOf(node: PlanNode | null): readonly Fetch[] {
  if (node === null) return [];
  switch (node.kind) {
    case 'fetch':
      return [node];
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap(fetchesOf);
    case 'condition':
      return [...fetchesOf(node.then), ...fetchesOf(node.otherwise)];
  }
}

/** The plan with each fetch changed. */
export const mapFetches = (plan: Plan, change: (fetch: Fetch) => Fetch): Plan => ({
  ...plan,
  events: plan.events && change(plan.events),
  node: plan.node && changedNode(plan.node, change),
});

function changedNode(node: PlanNode, change: (fetch: Fetch) => Fetch): PlanNode {
  const changed = (one: PlanNode): PlanNode => changedNode(one, change);
  switch (node.kind) {
    case 'fetch':
      return change(node);
    case 'sequence':
    case 'parallel':
      return { ...node, nodes: node.nodes.map(changed) };
    case 'condition':
      return { ...node, then: node.then && changed(node.then), otherwise: node.otherwise && changed(node.otherwise) };
  }
}
