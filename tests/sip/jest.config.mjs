import preset from '../../jest.preset.mjs';

/** Programs of others, which speak SIP, against Cordboard on an Asterisk: `npm run test:sip`. */
export default preset('sip', { roots: ['<rootDir>'], globals: { ENGINE: 'asterisk' } });
