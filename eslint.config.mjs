// @ts-check
/** Who may import whom, and what code of a kind may not do. tests/architecture/boundaries.spec.ts tries every refusal. */
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['apps/**/*.ts', 'libs/**/*.ts', 'tests/**/*.ts', 'bench/**/*.mts', 'tools/**/*.mts', 'tools/**/*.ts'];
/** Tests, and the suites that several drivers are run through. */
const SPECS = ['**/*.spec.ts', '**/*.contract.ts', '**/*.running.ts'];

/** By the tags in each package.json. @param {string[]} also what else every project may import, here */
const boundaries = (also = []) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      enforceBuildableLibDependency: false,
      banTransitiveDependencies: false,
      allow: [],
      depConstraints: [
        may('type:decider', [], also),
        may('type:values', [], also),
        may('type:domain', ['type:decider', 'type:domain', 'type:values'], also),
        may('type:contracts', [], also),
        may('type:platform', ['type:platform', 'type:decider', 'type:contracts', 'type:values'], also),
        may('type:testing', ['type:contracts', 'type:decider', 'type:tools'], also),
        may('type:app', ['type:domain', 'type:contracts', 'type:platform', 'type:decider', 'type:values'], also),
        may('type:client', [], also),
        may(
          'type:tests',
          ['type:client', 'type:testing', 'type:contracts', 'type:tools', 'type:platform', 'type:decider', 'type:domain', 'type:values'],
          also,
        ),
        may('type:tools', [], also),
        may(
          'type:bench',
          ['type:client', 'type:tools', 'type:contracts', 'type:platform', 'type:domain', 'type:decider', 'type:testing', 'type:app'],
          also,
        ),
      ],
    },
  ],
});

/** @param {string} sourceTag @param {string[]} tags @param {string[]} also */
const may = (sourceTag, tags, also) => ({ sourceTag, onlyDependOnLibsWithTags: [...tags, ...also] });

const NATS = { regex: '^@nats-io/', message: 'Only libs/platform/messaging knows NATS: use @cordboard/platform-messaging.' };
const PRISMA = { regex: '^@prisma/|/generated/prisma/', message: 'Only a *.store.ts and libs/platform/database know Prisma: ask a store.' };
const OUTSIDE = {
  regex: '^(node:|@nestjs/|@apollo/|express|graphql|pg$|pino$|rxjs)',
  message: 'Rules know nothing of the outside: time, ids and facts come in with the command.',
};
/** All but zod, and what is relative. */
const ALL_BUT_ZOD = { regex: '^(?!zod$|zod/|\\.{1,2}/)', message: 'Contracts are words: they import zod alone.' };

/** @param {...{ regex: string, message: string }} patterns */
const without = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const SLEEP = [
  { selector: 'CallExpression[callee.name="setTimeout"]', message: 'A test never sleeps: wait with eventually().' },
  { selector: 'ImportDeclaration[source.value=/^(node:)?timers.promises$/]', message: 'A test never sleeps: wait with eventually().' },
];
const FACTS = 'time, ids and facts come in with the command.';
const IMPURE = [
  { selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]', message: `A rule has no clock: ${FACTS}` },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: `A rule has no clock: ${FACTS}` },
  { selector: 'CallExpression[callee.name="Date"]', message: `A rule has no clock: ${FACTS}` },
  { selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]', message: `A rule has no dice: ${FACTS}` },
  { selector: ':function[async=true]', message: `A rule never waits: ${FACTS}` },
  { selector: 'AwaitExpression', message: `A rule never waits: ${FACTS}` },
  { selector: 'ImportExpression', message: 'A rule says at its top what it imports.' },
  { selector: 'ClassDeclaration, ClassExpression', message: 'A rule is functions over plain data.' },
  { selector: 'ThrowStatement', message: 'A refusal is a value: return it.' },
];
const OUTSIDE_WORLD = [
  'process',
  'console',
  'performance',
  'crypto',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
].map((name) => ({
  name,
  message: `A rule knows nothing of the outside: ${FACTS}`,
}));

/** An object with a prototype must not be keyed by what a client wrote: `__proto__` is its setter, `constructor` is there already. */
const BY_CLIENTS = 'a Map, Object.create(null) or Object.fromEntries takes any name that a client chooses.';
const KEYED = [
  {
    selector:
      'AssignmentExpression > MemberExpression.left[computed=true]:not([property.type="Literal"]):not([property.name=/^(i|n|at|index)$/])',
    message: `An assignment by a computed key may reach a prototype: ${BY_CLIENTS}`,
  },
  {
    selector:
      'MemberExpression[computed=true][object.name=/^[A-Z][A-Z_]+$/]:not([property.type=/^(Literal|BinaryExpression)$/]):not([property.name=/^(i|n|at|index)$/])',
    message: `A table that is looked up by a computed key has what every object has: ${BY_CLIENTS}`,
  },
  {
    selector:
      'CallExpression[callee.object.name="Object"][callee.property.name="assign"] > :not(ObjectExpression, NewExpression).arguments:last-child',
    message: 'Object.assign calls setters, __proto__ among them: spread what there is into a new object.',
  },
  {
    selector: 'BinaryExpression[operator="in"]:not([left.type=/^(Literal|PrivateIdentifier)$/])',
    message: `What a prototype has is "in" every object: ${BY_CLIENTS}`,
  },
  { selector: 'ForInStatement', message: 'for…in comes to what a prototype has: use Object.keys.' },
];

/** They look up by unions of the code's own, columns, or words of the engine and of Node, and write to lists: no client chooses these keys. */
const OWN_KEYS = [
  'apps/directory/src/imports/import.handler.ts',
  'apps/history/src/records/{columns,wanted}.store.ts',
  'apps/presence/src/devices/devices.graph.ts',
  'apps/recording/src/parts.ts',
  'apps/telephony/src/asterisk/{ari/client,reasons}.ts',
  'apps/telephony/src/engine/side-by-side.ts',
  'apps/webhooks/src/deliveries/{dispatcher.timers,outcome,queue.store}.ts',
  'apps/webhooks/src/events/{call.messages,payloads}.ts',
];
/** They key answers, which have no prototype, by aliases and names of variables: their tests try each dangerous name in each place. */
const ANSWERS =
  'libs/platform/federation/src/{complete,data,entities,events,execution,gateway-interface,literals,normalise,response-keys,shape,variables}.ts';

const PURE = ['libs/domain/**/*.ts', 'libs/decider/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', '.nx/**', '.data/**', '.cache/**', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: [...TYPESCRIPT, '**/*.mjs'] })),
  {
    files: [...TYPESCRIPT, '**/*.mjs'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
    },
  },
  { files: TYPESCRIPT, plugins: { '@nx': nx }, rules: { ...boundaries(), ...without(NATS, PRISMA) } },
  { files: SPECS, plugins: { '@nx': nx }, rules: { ...boundaries(['type:testing']), 'no-restricted-syntax': ['error', ...SLEEP] } },
  // the model drives routing's own handlers, step by step; nothing else outside of an app may
  { files: ['tests/model/routing.ts', 'tests/model/nowhere.store.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  { files: ['libs/platform/messaging/**/*.ts'], rules: without(PRISMA) },
  { files: ['libs/platform/database/**/*.ts', '**/*.store.ts', 'tools/prisma.mts'], rules: without(NATS) },
  { files: PURE, rules: without(NATS, PRISMA, OUTSIDE) },
  { files: ['libs/contracts/**/*.ts'], ignores: SPECS, rules: without(ALL_BUT_ZOD) },
  {
    files: PURE,
    ignores: SPECS,
    rules: { 'no-restricted-syntax': ['error', ...IMPURE], 'no-restricted-globals': ['error', ...OUTSIDE_WORLD] },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/platform/**/*.ts'],
    ignores: [...SPECS, ...OWN_KEYS, ANSWERS],
    rules: { 'no-restricted-syntax': ['error', ...KEYED] },
  },
  prettier,
);
