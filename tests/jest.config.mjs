import preset from '../jest.preset.mjs';

export default preset('tests', { roots: ['<rootDir>'], testPathIgnorePatterns: ['/node_modules/', '<rootDir>/asterisk', '<rootDir>/sip'] });
