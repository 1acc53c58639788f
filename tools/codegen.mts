/**
 * Types from each subgraph's SDL, so that the compiler checks every resolver against it: `npm run codegen [-- <service>…]`.
 * A service may add to the settings below in `apps/<service>/src/codegen.json`: `mappers` (what a resolver is given for a type,
 * as `"Call": "./calls/call.state.ts#CallState"`, seen from the generated file) and `contextType`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { GraphQLError, parse, Source } from 'graphql';
import { root, SUBGRAPHS } from './lib/root.mjs';

const SETTINGS = {
  federation: true,
  useTypeImports: true,
  enumsAsTypes: true,
  immutableTypes: true,
  namingConvention: 'keep',
  scalars: { DateTime: 'string', PhoneNumber: 'string', ID: 'string', _FieldSet: 'string', _Any: 'Record<string, unknown>' },
  strictScalars: true,
  avoidOptionals: {
    query: true,
    mutation: true,
    subscription: true,
    resolvers: false,
    field: true,
    object: true,
    inputValue: false,
    defaultValue: false,
  },
  maybeValue: 'T | null',
  inputMaybeValue: 'T | null | undefined',
  resolversNonOptionalTypename: { unionMember: true, interfaceImplementingType: true },
  contextType: '@cordboard/platform-subgraph#SubgraphContext',
};

const wanted = process.argv.slice(2);
const services = SUBGRAPHS.filter((name) => existsSync(sdlFile(name)) && (wanted.length === 0 || wanted.includes(name)));

let failed = false;
for (const name of services) {
  try {
    const out = join(root, `apps/${name}/src/generated/graphql.ts`);
    const text = await codegen({
      filename: out,
      schema: parse(new Source(readFileSync(sdlFile(name), 'utf8'), `apps/${name}/src/${name}.graphql`)),
      documents: [],
      config: { ...SETTINGS, ...own(name) },
      plugins: [{ typescript: {} }, { 'typescript-resolvers': {} }],
      pluginMap: { typescript, 'typescript-resolvers': resolvers },
    });
    mkdirSync(dirname(out), { recursive: true });
    if (!existsSync(out) || readFileSync(out, 'utf8') !== text) writeFileSync(out, text);
    console.log(`${name}: types of its part of the graph`);
  } catch (error) {
    failed = true;
    console.error(error instanceof GraphQLError ? error.toString() : `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
if (failed) process.exit(1);

function sdlFile(name: string): string {
  return join(root, `apps/${name}/src/${name}.graphql`);
}

function own(name: string): { mappers?: Record<string, string>; contextType?: string } {
  const file = join(root, `apps/${name}/src/codegen.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
