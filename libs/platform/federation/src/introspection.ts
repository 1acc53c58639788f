import { execute, Kind, print, visit, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

const MIB = 1_048_576;

/**
 * Answers what the schema itself is asked. An answer depends on the document and its variables alone and is kept, whoever asks, as long as all
 * that are kept are about so long as JSON. Nobody may change an answer.
 */
export class Introspection {
  /** How many answers were made; all others were kept ones. */
  made = 0;
  private readonly answers: LRUCache<string, ExecutionResult>;
  private readonly asked = new WeakMap<DocumentNode, Asked>();

  /** @param mostBytes about how much JSON all answers that are kept, and what was asked, may come to */
  constructor(
    private readonly schema: GraphQLSchema,
    mostBytes = 4 * MIB,
  ) {
    this.answers = new LRUCache({ maxSize: mostBytes });
  }

  async answer(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult> {
    const { text, names } = this.askedBy(document);
    const key = JSON.stringify([text, ...names.map((name) => (variables[name] === undefined ? [] : [variables[name]]))]);
    const known = this.answers.get(key);
    if (known) return known;
    this.made += 1;
    const made = await execute({ schema: this.schema, document, variableValues: variables });
    this.answers.set(key, made, { size: key.length + weightOf(made) });
    return made;
  }

  private askedBy(document: DocumentNode): Asked {
    const known = this.asked.get(document);
    if (known) return known;
    const names = new Set<string>();
    visit(document, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void names.add(name.value),
    });
    const text = document.definitions
      .map((one) => print(one.kind === Kind.OPERATION_DEFINITION ? { ...one, name: undefined, variableDefinitions: [] } : one))
      .join('\n');
    const asked = { text, names: [...names] };
    this.asked.set(document, asked);
    return asked;
  }
}

/** About how many characters it has as JSON: to write it takes a fifth of what it took to make it. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  let weight = 2;
  for (const key of Object.keys(value)) weight += key.length + 4 + weightOf((value as Readonly<Record<string, unknown>>)[key]);
  return weight;
}

/** What an answer depends on: the text, and the variables that stand in it. */
interface Asked {
  readonly text: string;
  readonly names: readonly string[];
}
