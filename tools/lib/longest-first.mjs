// @ts-check
/** Jest starts the spec files that take longest first, so that no worker is left alone with one of them at the end. */
import Sequencer from '@jest/test-sequencer';

/** The longest first. A fresh clone has no timings of a former run, and Jest would go by the size of the files. */
const LONGEST = [
  'tests/model/model.spec.ts',
  'tests/faults/kill.spec.ts',
  'libs/platform/federation/src/oracle.spec.ts',
  'tests/replicas/',
  'tests/shutdown/',
  'apps/webhooks/src/webhooks.module.spec.ts',
  'apps/history/src/history.module.spec.ts',
  'apps/recording/src/recording.module.spec.ts',
  'apps/presence/src/presence.module.spec.ts',
  'tests/stories/',
  'libs/platform/messaging/src/cluster.spec.ts',
  'tests/architecture/start.spec.ts',
  'tests/asterisk/',
  'apps/telephony/',
];

/** @param {{ path: string }} test @returns {number} its place in the list; after all of it when it is not there */
const rank = ({ path }) => {
  const found = LONGEST.findIndex((part) => path.replaceAll('\\', '/').includes(part));
  return found === -1 ? LONGEST.length : found;
};

export default class LongestFirst extends Sequencer {
  /** @override @param {import('@jest/test-result').Test[]} tests */
  sort(tests) {
    return [.../** @type {typeof tests} */ (super.sort(tests))].sort((a, b) => rank(a) - rank(b));
  }
}
