import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** How deep an operation may go, in fields. */
const DEEPEST = 12;
/** How often one field may stand on the way from the root to a leaf: lists of lists of the same things multiply. */
const MOST_RETURNS = 2;

const refuse = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/**
 * Refuses operations that could cost more than any app needs, before anything is asked: too deep, or going round in circles
 * (teams of members of teams). Introspection goes as deep as it must.
 */
export function operationLimits(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition: (operation) => {
      const problem = problemOf(operation.selectionSet, [], context, new Set());
      if (problem) context.reportError(refuse(problem));
    },
  };
}

function problemOf(
  selections: SelectionSetNode,
  path: readonly string[],
  context: ValidationContext,
  within: ReadonlySet<FragmentDefinitionNode>,
): string | null {
  if (path.length > DEEPEST) return `An operation may be ${DEEPEST} fields deep.`;
  for (const selection of selections.selections) {
    const problem = (() => {
      switch (selection.kind) {
        case Kind.FIELD: {
          const name = selection.name.value;
          if (!selection.selectionSet || name.startsWith('__')) return null;
          if (path.filter((field) => field === name).length >= MOST_RETURNS)
            return `An operation may not come back to "${name}" again and again.`;
          return problemOf(selection.selectionSet, [...path, name], context, within);
        }
        case Kind.INLINE_FRAGMENT:
          return problemOf(selection.selectionSet, path, context, within);
        case Kind.FRAGMENT_SPREAD: {
          const fragment = context.getFragment(selection.name.value);
          return !fragment || within.has(fragment) ? null : problemOf(fragment.selectionSet, path, context, new Set([...within, fragment]));
        }
      }
    })();
    if (problem) return problem;
  }
  return null;
}

/** Why an operation cannot be a subscription here; null where it can. graphql-js has no answer of its own to a root field that is skipped. */
export function whyNoSubscription(operation: OperationDefinitionNode): GraphQLError | null {
  const conditional = operation.selectionSet.selections.some((selection) =>
    selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include'),
  );
  return operation.operation === 'subscription' && conditional ? refuse("A subscription's own field cannot be skipped or included.") : null;
}

/** No name, number or id has a NUL in it, and PostgreSQL takes none. */
export const hasNul = (request: unknown): boolean => JSON.stringify(request ?? null).includes('\\u0000');
export const NUL_REFUSED = refuse('A text must not contain the character NUL.');
