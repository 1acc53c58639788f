import preset from '../../jest.preset.mjs';

/** What needs an Asterisk is run by `npm run test:asterisk` and `npm run test:contract -- --engine asterisk`, which fetch one. */
const WITHOUT = process.env['TEST_ASTERISK'] ? [] : ['asterisk\\.(contract|faults)\\.spec'];

export default preset('telephony', { testPathIgnorePatterns: ['/node_modules/', ...WITHOUT] });
