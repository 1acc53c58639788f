import preset from '../jest.preset.mjs';

/** The storm of whims is for real telephones: `tests/model` has more of them on a network whose clock it holds. */
export default preset('tests', { roots: ['<rootDir>'], testPathIgnorePatterns: ['/node_modules/', 'faults/whims'] });
