import { merge, newThing } from './data.ts';

/** Of Book and Movie, both Media. */
const isA = (type: string, other: string): boolean => type === other || other === 'Media';
const merged = (before: object, found: object): unknown => {
  const into = Object.assign(newThing(), { of: before });
  merge(into, { of: found }, false, isA);
  return into['of'];
};

it('a type that is known stays when a subgraph knows the interface alone, however deep', () => {
  expect(merged([[{ __typename: 'Movie', id: 'm1' }]], [[{ __typename: 'Media', score: 1 }]])).toEqual([
    [{ __typename: 'Movie', id: 'm1', score: 1 }],
  ]);
  expect(merged({ __typename: 'Movie' }, { __typename: 'Book' })).toEqual({ __typename: 'Movie' });
});

it('the type takes the place of the interface as soon as a subgraph knows it', () => {
  expect(merged([{ __typename: 'Media', id: 'm1' }], [{ __typename: 'Movie' }])).toEqual([{ __typename: 'Movie', id: 'm1' }]);
  expect(merged({ id: 'm1' }, { __typename: 'Media' })).toEqual({ __typename: 'Media', id: 'm1' });
});
