// @ts-check
/** The one bundler configuration, for tools/build.mjs and tools/dev.mjs. */
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Optional peers that Nest and others probe for with import(): external whether or not they are installed. */
const OPTIONAL = [
  '@nestjs/websockets',
  '@nestjs/microservices',
  '@grpc/grpc-js',
  '@as-integrations/fastify',
  '@fastify/static',
  '@fastify/view',
  'class-transformer',
  'class-validator',
  'pg-native',
  'bufferutil',
  'utf-8-validate',
];

/** What is machine code: never inside a bundle. A bundle that needs nothing else has it beside itself. */
export const PLANNER = '@graphql-hive/router-query-planner';
export const NATIVE = [PLANNER];
/** What plans in a process of its own: it lies beside the bundle, as it lies beside what starts it. */
export const PLANNER_PROCESS = 'libs/platform/federation/src/planner.child.mjs';

/** CommonJS packages inside one file still want these. */
const COMMONJS_NAMES = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __directoryOf } from 'node:path';",
  "import { fileURLToPath as __pathOf } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __pathOf(import.meta.url);',
  'const __dirname = __directoryOf(__filename);',
].join(' ');

/** What is ours, or a helper of the compiler: inside in either kind of bundle. */
const OWN = /^(\.|\/|\0|@cordboard\/|@oxc-project\/runtime)/;

/**
 * Unless in production, graphql-js looks at every value that it checks for whether another copy of graphql-js has made it. In a bundle there
 * is one copy, and the looks are a quarter of what large variables and introspection take.
 * @type {import('rolldown').Plugin}
 */
const ONE_GRAPHQL = {
  name: 'one graphql-js',
  transform: {
    filter: { id: /\/graphql\/jsutils\/instanceOf\.m?js$/ },
    handler: (code) => {
      const condition = "process.env.NODE_ENV === 'production'";
      if (!code.includes(condition)) throw new Error('graphql-js checks instances otherwise than before: see tools/lib/bundle.mjs');
      return code.replace(condition, 'true');
    },
  },
};

/**
 * @param {{ entry: string, dir: string, allIn?: boolean, externals?: Set<string> }} o `allIn` puts the dependencies in too;
 *   the names of those left outside are added to `externals`
 * @returns {{ input: import('rolldown').InputOptions, output: import('rolldown').OutputOptions }}
 */
export const bundleOptions = ({ entry, dir, allIn = false, externals }) => ({
  input: {
    cwd: root,
    input: { main: entry },
    platform: 'node',
    tsconfig: join(root, 'tsconfig.base.json'), // decorators and their metadata are read from here
    moduleTypes: { '.graphql': 'text' },
    transform: { target: 'es2023' },
    plugins: allIn ? [ONE_GRAPHQL] : [],
    external: (id) => {
      if (id.startsWith('node:') || builtinModules.includes(id)) return true;
      if (OPTIONAL.some((name) => id === name || id.startsWith(`${name}/`))) return true;
      const native = NATIVE.find((name) => id === name || id.startsWith(`${name}/`));
      if (native) {
        externals?.add(native);
        return true;
      }
      if (allIn || (OWN.test(id) && !id.includes('/node_modules/'))) return false;
      const name = /^(@[^/]+\/[^/]+|[^/.][^/]*)/.exec(id);
      if (name?.[1]) externals?.add(name[1]);
      return true;
    },
    onLog: (level, log) => {
      if (level === 'warn' && log.code !== 'CIRCULAR_DEPENDENCY' && log.code !== 'EVAL') console.warn(log.code, log.message.split('\n')[0]);
    },
  },
  output: {
    dir,
    format: 'esm',
    entryFileNames: 'main.js',
    sourcemap: !allIn, // one of ten megabytes is read at every start
    codeSplitting: false,
    keepNames: true,
    ...(allIn ? { banner: COMMONJS_NAMES } : {}),
  },
});

/** The bundle of a service. @param {string} name @param {{ dir: string, externals?: Set<string> }} o */
export const serviceBundle = (name, o) => bundleOptions({ entry: `apps/${name}/src/main.ts`, ...o });

/**
 * The bundle of a service with all its dependencies, for `launcher.mjs`: only what is CommonJS can be run from compiled code.
 * @param {string} name @param {{ dir: string, externals: Set<string> }} o
 */
export function launchedBundle(name, o) {
  const { input, output } = bundleOptions({ entry: `apps/${name}/src/main.ts`, allIn: true, ...o });
  return { input, output: { ...output, format: /** @type {const} */ ('cjs'), entryFileNames: 'service.cjs', banner: '' } };
}
