import preset from '../jest.preset.mjs';

/** The stories of calls and transfers, and the faults of engines, once more: with an Asterisk, and telephones that speak SIP. */
const STORIES = ['call', 'cold-transfer', 'warm-transfer', 'team-transfer', 'contact-transfer', 'outside-transfer'];
const FAULTS = ['engine', 'restart', 'whims'];

export default preset('asterisk', {
  roots: ['<rootDir>'],
  testMatch: [...STORIES.map((story) => `**/stories/${story}.story.spec.ts`), ...FAULTS.map((fault) => `**/faults/${fault}.spec.ts`)],
  globals: { ENGINE: 'asterisk' },
});
