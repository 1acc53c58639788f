import preset from '../jest.preset.mjs';

export default preset('tests', { roots: ['<rootDir>'] });
