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
import { preset } from '@graphql-codegen/client-preset';
import { Supergraph } from '@apollo/federation-internals';
import { GraphQLError, parse, printSchema, Source } from 'graphql';
import { root, SUBGRAPHS } from './lib/root.mjs';

const AS_EVERYWHERE = {
  useTypeImports: true,
  immutableTypes: true,
  namingConvention: 'keep',
  scalars: { DateTime: 'string', PhoneNumber: 'string', ID: 'string', _FieldSet: 'string', _Any: 'Record<string, unknown>' },
  strictScalars: true,
};
const SETTINGS = {
  ...AS_EVERYWHERE,
  federation: true,
  enumsAsTypes: true,
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
if (wanted.length === 0)
  await documentsOfClient().catch((error: unknown) => {
    failed = true;
    console.error(`client: ${error instanceof Error ? error.message : String(error)}`);
  });
if (failed) process.exit(1);

/** The client's operations as typed documents, against the whole graph. */
async function documentsOfClient(): Promise<void> {
  const file = join(root, 'libs/client/src/operations.graphql');
  const operations = readFileSync(file, 'utf8');
  const schema = Supergraph.build(readFileSync(join(root, 'apps/gateway/src/supergraph.graphql'), 'utf8'))
    .apiSchema()
    .toGraphQLJSSchema();
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: join(root, 'libs/client/src/generated/'),
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents: [{ location: file, rawSDL: operations, document: parse(operations) }],
    config: { ...AS_EVERYWHERE, documentMode: 'string' }, // an app needs no parser and no printer of GraphQL
    presetConfig: { fragmentMasking: false },
    plugins: [],
    pluginMap: {},
    generateConfig: {},
    documentTransforms: [],
  } as never);
  for (const output of outputs.filter(({ filename }) => filename.endsWith('/graphql.ts'))) {
    const text = await codegen(output);
    mkdirSync(dirname(output.filename), { recursive: true });
    if (!existsSync(output.filename) || readFileSync(output.filename, 'utf8') !== text) writeFileSync(output.filename, text);
  }
  console.log('client: typed documents');
}

function sdlFile(name: string): string {
  return join(root, `apps/${name}/src/${name}.graphql`);
}

function own(name: string): { mappers?: Record<string, string>; contextType?: string } {
  const file = join(root, `apps/${name}/src/codegen.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
