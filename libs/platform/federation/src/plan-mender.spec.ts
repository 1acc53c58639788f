import { buildASTSchema, parse } from 'graphql';
import { InProcess, supergraphSdl } from './library.running.ts';
import { fetchesOf, mapFetches, type Planner } from './plan.ts';
import { RouterPlanner } from './router-planner.ts';
import { Federation } from './index.ts';
import { InterfaceObjects } from './interface-objects.ts';

const QUERY = '{ media { score } }';

it('a subgraph with an interface object is asked about the interface, though the plan forgets to say so', async () => {
  const planner = new RouterPlanner(supergraphSdl);
  const forgetful: Planner = {
    apiSdl: planner.apiSdl,
    plan: async (operation, name) =>
      mapFetches(await planner.plan(operation, name), (fetch) => ({
        ...fetch,
        entities: fetch.entities.map((entities) => ({ ...entities, before: [] })),
      })),
  };
  expect(fetchesOf((await forgetful.plan(QUERY, undefined)).node).map(({ subgraph }) => subgraph)).toEqual(['catalog', 'ratings']);
  const library = new InProcess();
  const federation = new Federation<unknown>({ supergraphSdl, ask: library.ask, planner: forgetful });
  const { errors } = await federation.execute(await federation.prepare(parse(QUERY)), { context: null });
  expect(errors).toBeUndefined();
  expect(library.asked[1]?.variables['representations']).toContainEqual({ __typename: 'Media', id: 'b1' });
});

it('the supergraph says which subgraphs know an interface as an object, and what they must be told', () => {
  const objects = new InterfaceObjects(buildASTSchema(parse(supergraphSdl), { assumeValidSDL: true, assumeValid: true }));
  expect([objects.of('ratings'), objects.of('catalog')]).toEqual([['Media'], []]);
  expect([objects.isRequiring('Media', 'praise'), objects.isRequiring('Media', 'score')]).toEqual([true, false]);
  expect(objects.needs('ratings', 'Media', 'praise')).toEqual([{ kind: 'field', name: 'title', key: 'title', of: undefined }]);
  expect(objects.needs('catalog', 'Media', 'praise')).toEqual([]);
});
