import { markLast } from './last.ts';
import { fetchesOf, type Fetch, type Step } from './plan.ts';

let reads = 0;
/** A path of which every read is counted. */
const path = (text: string): readonly Step[] =>
  new Proxy(
    text.split('.').map((name): Step => (name === '@' ? '@' : name.startsWith('|') ? { types: [name] } : { field: name })),
    { get: (steps, key) => ((reads += 1), Reflect.get(steps, key) as unknown) },
  );

const about = (...paths: string[]): Fetch => ({
  kind: 'fetch',
  subgraph: 'directory',
  operation: '',
  operationName: undefined,
  operationKind: 'query',
  variables: [],
  keys: [],
  entities: [{ key: '_entities', variable: 'representations', paths: paths.map(path), needs: [], before: [], after: [], last: false }],
  after: [],
});
const lastOf = (...fetches: Fetch[]): readonly (boolean | undefined)[] =>
  fetchesOf(markLast({ kind: 'sequence', nodes: fetches })).map(({ entities }) => entities[0]?.last);

describe('What is fetched is the last', () => {
  it('where no fetch asks about what lies inside', () =>
    expect(lastOf(about('call'), about('call.agent'), about('call.legs.@'))).toEqual([false, true, true]));

  it('where others ask about the same, or about what is called alike', () =>
    expect(lastOf(about('call.agent'), about('call.agent'), about('call.agents.@.id'))).toEqual([true, true, true]));

  it('unless that is asked at one of its places alone', () =>
    expect(lastOf(about('a.agent', 'b.@.|Agent.agent'), about('b.@.agent.@.team'))).toEqual([false, true]));

  it('which is found by reading each path as often, however many there are', () => {
    const readsOf = (n: number): number => {
      reads = 0;
      lastOf(...Array.from({ length: n }, (_, i) => about(`call${i}.legs.@.agent`, `call${i}.agent.team`)));
      return reads;
    };
    expect(readsOf(40)).toBe(4 * readsOf(10));
  });
});
