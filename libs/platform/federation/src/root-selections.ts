import { Kind, type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionNode } from 'graphql';

/** What stands at the root of an operation, in its order: fields and fragments, and after each fragment what it holds; named fragments once. */
export function* rootSelections(document: DocumentNode, { selectionSet }: OperationDefinitionNode): Generator<SelectionNode> {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
  );
  const left = [...selectionSet.selections];
  for (let selection = left.shift(); selection; selection = left.shift()) {
    yield selection;
    if (selection.kind === Kind.FIELD) continue;
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (selection.kind === Kind.FRAGMENT_SPREAD) fragments.delete(selection.name.value);
    left.unshift(...(fragment?.selectionSet.selections ?? []));
  }
}

/** The fields of an operation's root, those of its fragments too. */
export const rootFieldsOf = (document: DocumentNode, operation: OperationDefinitionNode): readonly FieldNode[] =>
  [...rootSelections(document, operation)].filter((selection) => selection.kind === Kind.FIELD);
