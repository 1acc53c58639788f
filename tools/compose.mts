/**
 * Composes the graph from the subgraphs' SDL into apps/gateway/src/supergraph.graphql, which is committed: `npm run compose`.
 * With `--check` it writes nothing and fails where the committed one is not what the subgraphs compose to.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { GraphQLError, parse, Source } from 'graphql';
import { root, SUBGRAPHS } from './lib/root.mjs';

const OUT = 'apps/gateway/src/supergraph.graphql';

const files = [
  ...SUBGRAPHS.map((name) => ({ name, file: `apps/${name}/src/${name}.graphql` })),
  { name: 'events', file: 'apps/gateway/src/events.graphql' }, // virtual: the gateway is fed by streams and never asks it
].filter(({ file }) => existsSync(join(root, file)));

try {
  const composed = composeServices(
    files.map(({ name, file }) => ({
      name,
      url: `http://${name}/graphql`, // the gateway knows the real one from its environment
      typeDefs: parse(new Source(readFileSync(join(root, file), 'utf8'), file)),
    })),
  );
  for (const hint of composed.hints ?? [])
    if (hint.definition.level.name !== 'INFO') console.warn(`${hint.definition.code}: ${hint.message}`);
  if (composed.errors) {
    for (const error of composed.errors) console.error(`${String(error.extensions['code'])}: ${error.message}`);
    process.exit(1);
  }
  const names = files.map(({ name }) => name).join(', ');
  const out = join(root, OUT);
  const sdl = `${composed.supergraphSdl.trimEnd()}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(out, sdl);
    console.log(`composed ${names}`);
  } else if (existsSync(out) && readFileSync(out, 'utf8') === sdl) console.log(`${OUT} is what ${names} compose to`);
  else {
    console.error(`${OUT} is not what the subgraphs compose to: run npm run compose.`);
    process.exit(1);
  }
} catch (error) {
  if (!(error instanceof GraphQLError)) throw error;
  console.error(error.toString());
  process.exit(1);
}
