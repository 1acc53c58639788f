import preset from '../../jest.preset.mjs';

/** Calls and transfers once more, the same stories: with an Asterisk as the engine, and telephones that speak SIP. */
export default preset('asterisk', { roots: ['<rootDir>'], globals: { ENGINE: 'asterisk' } });
