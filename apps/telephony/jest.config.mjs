import preset from '../../jest.preset.mjs';

/** A real engine is run through the contract by `npm run test:contract -- --engine asterisk`: it is installed and started for that. */
const BY_HAND = process.env['CONTRACT_ENGINE'] === 'asterisk' ? [] : ['asterisk\\.contract\\.spec'];

export default preset('telephony', { testPathIgnorePatterns: ['/node_modules/', ...BY_HAND] });
