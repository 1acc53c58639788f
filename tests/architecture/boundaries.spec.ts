import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Canary {
  readonly does: string;
  readonly file: string;
  readonly text: string;
  /** The rule that must refuse it; none where it is allowed. */
  readonly refusedBy?: string;
}

const BOUNDARY = '@nx/enforce-module-boundaries';
const IMPORTS = 'no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';
const GLOBALS = 'no-restricted-globals';

const canaries: readonly Canary[] = [
  {
    does: 'the gateway assigns by a key that a client chose',
    file: 'apps/gateway/src/x.ts',
    text: 'export const put = (into: Record<string, unknown>, key: string) => (into[key] = 1);',
    refusedBy: SYNTAX,
  },
  {
    does: 'a platform library assigns by a key that a client chose',
    file: 'libs/platform/subgraph/src/x.ts',
    text: 'export const put = (into: Record<string, unknown>, key: string) => (into[key] ??= 1);',
    refusedBy: SYNTAX,
  },
  {
    does: 'the gateway looks a client’s word up in a table that is an object',
    file: 'apps/gateway/src/x.ts',
    text: 'const WORDS: Record<string, string> = {};\nexport const word = (key: string) => WORDS[key];',
    refusedBy: SYNTAX,
  },
  {
    does: 'the gateway assigns all that a client sent',
    file: 'apps/gateway/src/x.ts',
    text: 'export const put = (into: object, sent: object) => Object.assign(into, sent);',
    refusedBy: SYNTAX,
  },
  {
    does: 'the gateway asks whether an object has a key that a client chose',
    file: 'apps/gateway/src/x.ts',
    text: 'export const has = (key: string, of: object) => key in of;',
    refusedBy: SYNTAX,
  },
  {
    does: 'the gateway goes through all keys of an object, its prototype’s too',
    file: 'apps/gateway/src/x.ts',
    text: 'export const go = (of: object) => {\n  for (const key in of) void key;\n};',
    refusedBy: SYNTAX,
  },
  {
    does: 'a service assigns by a key that a client may have chosen',
    file: 'apps/history/src/x.ts',
    text: 'export const put = (into: Record<string, unknown>, key: string) => (into[key] = 1);',
    refusedBy: SYNTAX,
  },
  {
    does: 'the executor has another file that assigns by such a key',
    file: 'libs/platform/federation/src/x.ts',
    text: 'export const put = (into: Record<string, unknown>, key: string) => (into[key] = 1);',
    refusedBy: SYNTAX,
  },
  {
    does: 'the gateway assigns by an index',
    file: 'apps/gateway/src/x.ts',
    text: 'export const put = (into: unknown[], i: number) => (into[i] = 1);',
  },
  {
    does: 'the gateway keeps what a client named in a Map',
    file: 'apps/gateway/src/x.ts',
    text: 'export const put = (into: Map<string, unknown>, key: string) => into.set(key, 1);',
  },
  {
    does: 'the form of a rule imports a contract',
    file: 'libs/decider/src/x.ts',
    text: imports('@cordboard/contracts'),
    refusedBy: BOUNDARY,
  },
  {
    does: 'a rule imports plumbing',
    file: 'libs/domain/transfer/src/x.ts',
    text: imports('@cordboard/platform-database'),
    refusedBy: BOUNDARY,
  },
  { does: 'a rule imports a contract', file: 'libs/domain/transfer/src/x.ts', text: imports('@cordboard/contracts'), refusedBy: BOUNDARY },
  { does: 'a rule imports an app', file: 'libs/domain/transfer/src/x.ts', text: imports('@cordboard/routing'), refusedBy: BOUNDARY },
  { does: 'a rule asks Node', file: 'libs/domain/transfer/src/x.ts', text: imports('node:crypto'), refusedBy: IMPORTS },
  { does: 'a rule imports the form of a rule', file: 'libs/domain/transfer/src/x.ts', text: imports('@cordboard/decider') },
  {
    does: 'a rule reads the clock',
    file: 'libs/domain/presence/src/x.ts',
    text: 'export const now = () => Date.now();',
    refusedBy: SYNTAX,
  },
  {
    does: 'a rule makes a date of now',
    file: 'libs/domain/presence/src/x.ts',
    text: 'export const now = () => new Date();',
    refusedBy: SYNTAX,
  },
  {
    does: 'a rule makes a date of a time it was given',
    file: 'libs/domain/presence/src/x.ts',
    text: 'export const at = (time: string) => new Date(time);',
  },
  { does: 'a rule throws dice', file: 'libs/domain/presence/src/x.ts', text: 'export const any = () => Math.random();', refusedBy: SYNTAX },
  { does: 'a rule waits', file: 'libs/domain/presence/src/x.ts', text: 'export async function decide() {}', refusedBy: SYNTAX },
  { does: 'a rule is a class', file: 'libs/domain/presence/src/x.ts', text: 'export class Rule {}', refusedBy: SYNTAX },
  {
    does: 'a rule throws',
    file: 'libs/decider/src/x.ts',
    text: "export const no = () => {\n  throw new Error('no');\n};",
    refusedBy: SYNTAX,
  },
  {
    does: 'a rule reads the environment',
    file: 'libs/domain/presence/src/x.ts',
    text: "export const on = () => process.env['ON'];",
    refusedBy: GLOBALS,
  },
  {
    does: "a rule's test waits",
    file: 'libs/domain/presence/src/x.spec.ts',
    text: "it('S1', async () => {\n  await Promise.resolve();\n});",
  },
  {
    does: 'a contract imports the form of a rule',
    file: 'libs/contracts/src/x.ts',
    text: imports('@cordboard/decider'),
    refusedBy: BOUNDARY,
  },
  { does: 'a contract imports a package', file: 'libs/contracts/src/x.ts', text: imports('graphql'), refusedBy: IMPORTS },
  { does: 'a contract imports zod', file: 'libs/contracts/src/x.ts', text: imports('zod') },
  {
    does: 'plumbing imports a rule',
    file: 'libs/platform/subgraph/src/x.ts',
    text: imports('@cordboard/domain-transfer'),
    refusedBy: BOUNDARY,
  },
  { does: 'plumbing imports plumbing', file: 'libs/platform/subgraph/src/x.ts', text: imports('@cordboard/platform-process') },
  { does: 'an app imports another app', file: 'apps/history/src/x.ts', text: imports('@cordboard/routing'), refusedBy: BOUNDARY },
  {
    does: 'an app reaches into another app',
    file: 'apps/history/src/x.ts',
    text: imports('../../routing/src/main.ts'),
    refusedBy: BOUNDARY,
  },
  { does: 'an app imports what tests use', file: 'apps/history/src/x.ts', text: imports('@cordboard/testing'), refusedBy: BOUNDARY },
  { does: "an app's test imports what tests use", file: 'apps/history/src/x.spec.ts', text: imports('@cordboard/testing') },
  { does: 'an app imports a rule', file: 'apps/history/src/x.ts', text: imports('@cordboard/domain-history') },
  { does: 'an app imports NATS', file: 'apps/history/src/x.ts', text: imports('@nats-io/jetstream'), refusedBy: IMPORTS },
  {
    does: 'plumbing other than messaging imports NATS',
    file: 'libs/platform/database/src/x.ts',
    text: imports('@nats-io/transport-node'),
    refusedBy: IMPORTS,
  },
  { does: 'messaging imports NATS', file: 'libs/platform/messaging/src/x.ts', text: imports('@nats-io/jetstream') },
  {
    does: 'a handler imports the database client',
    file: 'apps/routing/src/calls/x.handler.ts',
    text: imports('../generated/prisma/client.ts'),
    refusedBy: IMPORTS,
  },
  { does: 'a handler imports Prisma', file: 'apps/routing/src/calls/x.handler.ts', text: imports('@prisma/client'), refusedBy: IMPORTS },
  {
    does: 'a store imports the database client',
    file: 'apps/routing/src/calls/x.store.ts',
    text: imports('../generated/prisma/client.ts'),
  },
  { does: 'the bench measures an app', file: 'bench/x.bench.mts', text: imports('@cordboard/routing') },
  { does: 'a story imports an app', file: 'tests/stories/x.spec.ts', text: imports('@cordboard/routing'), refusedBy: BOUNDARY },
  {
    does: 'a test sleeps',
    file: 'apps/routing/src/x.spec.ts',
    text: 'export const nap = () => new Promise((done) => setTimeout(done, 500));',
    refusedBy: SYNTAX,
  },
  {
    does: 'a program takes any',
    file: 'apps/routing/src/x.ts',
    text: 'export const f = (x: any) => x;',
    refusedBy: '@typescript-eslint/no-explicit-any',
  },
];

describe('who may import whom, and what code of a kind may not do', () => {
  const answers = lintAll();
  it.each(canaries.map((canary, i) => ({ ...canary, answer: answers[i] })))('$file: $does', ({ refusedBy, answer }) => {
    expect(answer?.map(({ ruleId }) => ruleId)).toEqual(refusedBy ? expect.arrayContaining([refusedBy]) : []);
  });
});

function imports(from: string): string {
  return `import * as it from '${from}';\nexport const x = it;\n`;
}

function lintAll(): { ruleId: string; message: string }[][] {
  const run = spawnSync(process.execPath, ['tests/support/lint-texts.mjs'], {
    cwd: root,
    input: JSON.stringify(canaries),
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '[]');
}
