import { isReachable, type Reach } from './index.ts';

describe('D15 who can be reached', () => {
  const rows: [string, Reach, boolean][] = [
    ['with an app, where the engine knows no phone', { hasApp: true, phones: [] }, true],
    ['with nothing', { hasApp: false, phones: [] }, false],
    ['with an app and a phone', { hasApp: true, phones: [true] }, true],
    ['not with an app whose only phone is unplugged', { hasApp: true, phones: [false] }, false],
    ['with an app and one phone of two', { hasApp: true, phones: [false, true] }, true],
    ['not with a phone alone: nobody is signed in', { hasApp: false, phones: [true] }, false],
  ];
  it.each(rows)('%s', (_, reach, expected) => expect(isReachable(reach)).toBe(expected));
});
