import { badInput } from '@cordboard/platform-subgraph';
import {
  getNamedType,
  getNullableType,
  type GraphQLError,
  isCompositeType,
  isListType,
  Kind,
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** The most that a document may consist of, in tokens: reading it must never hold others up. */
export const MOST_TOKENS = 2_000;
/** How deep an operation may go, in fields. */
const DEEPEST = 12;
/** How often one field may stand on the way from the root to a leaf: lists of lists of the same things multiply. */
const MOST_RETURNS = 2;
/** How many fields may have another name, `__typename` among them, and how many directives there may be, wherever fragments repeat them. */
const MOST_ALIASES = 50;
const MOST_DIRECTIVES = 50;
/** How many fields of the root may be asked for. */
const MOST_ROOTS = 30;
/** The most that an operation may cost: the fields that its answer may have, where lists are as long as they usually are or were asked to be. */
const DEAREST = 100_000;
/** How long a page is that does not say it, how long one may be, and how long other lists are taken to be. */
const PAGE = 20;
const LONGEST_PAGE = 100;
const LIST = 10;

/**
 * Refuses operations that could cost more than any app needs, before anything is asked: too deep, going round in circles (teams of
 * members of teams), too wide by aliases or directives, or too dear. Introspection goes as deep as it must.
 */
export function operationLimits(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition: (operation) => {
      const root = context.getSchema().getRootType(operation.operation);
      if (!root) return;
      const problem = new Measured(context).problemOf(operation, root);
      if (problem) context.reportError(badInput(problem));
    },
  };
}

/** What an operation comes to, each fragment counted wherever it stands. */
class Measured {
  private aliases = 0;
  private directives = 0;

  constructor(private readonly context: ValidationContext) {}

  problemOf(operation: OperationDefinitionNode, root: GraphQLCompositeType): string | null {
    try {
      this.directives += operation.directives?.length ?? 0;
      const cost = this.cost(operation.selectionSet, root, [], new Set());
      return cost > DEAREST ? `An operation may cost ${DEAREST} fields; this one comes to ${cost}: ask for fewer at once.` : null;
    } catch (problem) {
      if (typeof problem === 'string') return problem;
      throw problem;
    }
  }

  private cost(
    selections: SelectionSetNode,
    type: GraphQLCompositeType | null,
    path: readonly string[],
    within: ReadonlySet<FragmentDefinitionNode>,
  ): number {
    if (path.length > DEEPEST) throw `An operation may be ${DEEPEST} fields deep.`;
    let cost = 0;
    for (const node of selections.selections) {
      this.count(node.directives?.length ?? 0, node.kind === Kind.FIELD && node.alias !== undefined);
      switch (node.kind) {
        case Kind.FIELD:
          cost += 1 + this.costOf(node, type, path, within);
          if (path.length === 0 && cost > 0 && selections.selections.length > MOST_ROOTS)
            throw `An operation may ask for ${MOST_ROOTS} fields of the root.`;
          break;
        case Kind.INLINE_FRAGMENT:
          cost += this.cost(node.selectionSet, this.typeOf(node.typeCondition?.name.value) ?? type, path, within);
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.context.getFragment(node.name.value);
          if (fragment && !within.has(fragment))
            cost += this.cost(fragment.selectionSet, this.typeOf(fragment.typeCondition.name.value), path, new Set([...within, fragment]));
        }
      }
    }
    return cost;
  }

  private costOf(
    node: FieldNode,
    type: GraphQLCompositeType | null,
    path: readonly string[],
    within: ReadonlySet<FragmentDefinitionNode>,
  ): number {
    const name = node.name.value;
    if (!node.selectionSet || name.startsWith('__')) return 0;
    if (path.filter((field) => field === name).length >= MOST_RETURNS) throw `An operation may not come back to "${name}" again and again.`;
    const field = type && 'getFields' in type ? type.getFields()[name] : undefined;
    const of = field && getNamedType(field.type);
    const inside = this.cost(node.selectionSet, of && isCompositeType(of) ? of : null, [...path, name], within);
    if (of?.name.endsWith('Connection')) return inside * pageOf(node);
    const isEdges = type?.name.endsWith('Connection') && name === 'edges'; // its connection has counted them
    return field && isListType(getNullableType(field.type)) && !isEdges ? inside * LIST : inside;
  }

  private count(directives: number, aliased: boolean): void {
    this.directives += directives;
    this.aliases += aliased ? 1 : 0;
    if (this.aliases > MOST_ALIASES) throw `An operation may have ${MOST_ALIASES} aliases.`;
    if (this.directives > MOST_DIRECTIVES) throw `An operation may have ${MOST_DIRECTIVES} directives.`;
  }

  private typeOf(name: string | undefined): GraphQLCompositeType | null {
    const type = name === undefined ? undefined : this.context.getSchema().getType(name);
    return type && isCompositeType(type) ? type : null;
  }
}

/** How long the page is that is asked for: what only a variable says is taken to be the longest. */
function pageOf(node: FieldNode): number {
  const first = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (!first || first.kind === Kind.NULL) return PAGE;
  return first.kind === Kind.INT ? Math.min(LONGEST_PAGE, Math.max(1, Number(first.value))) : LONGEST_PAGE;
}

/** Why an operation cannot be a subscription here; null where it can. graphql-js has no answer of its own to a root field that is skipped. */
export function whyNoSubscription(operation: OperationDefinitionNode): GraphQLError | null {
  const conditional = operation.selectionSet.selections.some((selection) =>
    selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include'),
  );
  return operation.operation === 'subscription' && conditional
    ? badInput("A subscription's own field cannot be skipped or included.")
    : null;
}

/** No name, number or id has a NUL in it, and PostgreSQL takes none. */
export const hasNul = (request: unknown): boolean => JSON.stringify(request ?? null).includes('\\u0000');
export const NUL_REFUSED = badInput('A text must not contain the character NUL.');
