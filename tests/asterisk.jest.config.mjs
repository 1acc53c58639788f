import preset from '../jest.preset.mjs';

/** The stories of calls and transfers once more: with an Asterisk as the engine, and telephones that speak SIP. */
const STORIES = ['call', 'cold-transfer', 'warm-transfer', 'team-transfer', 'contact-transfer', 'outside-transfer'];

export default preset('asterisk', {
  roots: ['<rootDir>'],
  testMatch: STORIES.map((story) => `**/stories/${story}.story.spec.ts`),
  globals: { ENGINE: 'asterisk' },
});
