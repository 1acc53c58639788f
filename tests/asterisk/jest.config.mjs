import preset from '../../jest.preset.mjs';

/** As long as everything is to be tested in a quarter of an hour, these wait for `npm run test:asterisk`: what they show of the engine others show, too. */
const LATER =
  process.env['TEST_ASTERISK'] === 'all' ? [] : ['asterisk/(contact-transfer|team-transfer|outside-transfer|engine|restart)\\.spec'];

/** Calls and transfers once more, the same stories: with an Asterisk as the engine, and telephones that speak SIP. */
export default preset('asterisk', {
  roots: ['<rootDir>'],
  testPathIgnorePatterns: ['/node_modules/', ...LATER],
  globals: { ENGINE: 'asterisk' },
});
