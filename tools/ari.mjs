// @ts-check
/**
 * Writes the types of ARI from the engine's own description (Swagger 1.1): `node tools/ari.mjs`. Only what the driver uses, and only
 * shapes: the description's sentences stay with the engine.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findAsterisk } from './lib/asterisk.mjs';
import { root } from './lib/root.mjs';

const OUT = 'apps/telephony/src/asterisk/ari/description.ts';
/** Operations, by the file that describes them. */
const OPERATIONS = {
  applications: ['list'],
  asterisk: ['getInfo', 'reloadModule'],
  bridges: ['list', 'get', 'createWithId', 'destroy', 'addChannel', 'removeChannel', 'playWithId', 'record'],
  channels: [
    'list',
    'create',
    'dial',
    'answer',
    'ring',
    'ringStop',
    'hangup',
    'startMoh',
    'stopMoh',
    'mute',
    'unmute',
    'sendDTMF',
    'setChannelVar',
    'transfer_progress',
    'playWithId',
    'record',
  ],
  endpoints: ['listByTech'],
  events: ['userEvent'],
  playbacks: ['get', 'stop'],
  recordings: ['listStored', 'getLive', 'stop', 'deleteStored'],
};
const EVENTS = [
  'StasisStart',
  'Dial',
  'ChannelStateChange',
  'BridgeDestroyed',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
  'ChannelDtmfReceived',
  'ChannelHold',
  'ChannelUnhold',
  'ChannelTransfer',
  'ChannelDestroyed',
  'PlaybackStarted',
  'PlaybackFinished',
  'RecordingStarted',
  'RecordingFinished',
  'RecordingFailed',
  'PeerStatusChange',
  'ApplicationReplaced',
  'ChannelUserevent',
];
/** @type {Readonly<Record<string, string>>} */
const PLAIN = {
  string: 'string',
  int: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  void: 'void',
  Date: 'string',
  object: 'Readonly<Record<string, string>>',
  containers: 'Readonly<Record<string, string>>',
};

/** @typedef {{ type?: string, dataType?: string, required?: boolean, name?: string, paramType?: string, allowMultiple?: boolean }} Described */
/** @typedef {{ httpMethod: string, nickname: string, responseClass: string, parameters?: Described[] }} Operation */

const { prefix, version } = await findAsterisk(console.log);
/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(join(prefix, 'usr/share/asterisk/rest-api', `${name}.json`), 'utf8'));
const files = Object.keys(OPERATIONS).map(read);
/** @type {Map<string, { properties: Record<string, Described>, subTypes?: string[] }>} */
const models = new Map(files.flatMap((file) => Object.entries(file.models)));
/** @type {Set<string>} */
const used = new Set(EVENTS);

/** @param {string} type @returns {string} */
const typeOf = (type) => {
  const list = /^List\[(.*)\]$/.exec(type)?.[1];
  if (list) return `readonly ${typeOf(list)}[]`;
  if (PLAIN[type]) return PLAIN[type];
  if (!models.has(type)) return 'unknown';
  used.add(type);
  return type;
};
/** @param {string} name @param {Described} what @param {string} type */
const field = (name, what, type) => `${name}${what.required ? '' : '?'}: ${type};`;

const operations = Object.entries(OPERATIONS).map(([group, names]) => {
  const all = /** @type {{ path: string, operations: Operation[] }[]} */ (read(group).apis).flatMap(({ path, operations: of }) =>
    of.map((operation) => ({ path, ...operation })),
  );
  const lines = names.map((name) => {
    const operation = all.find(({ nickname }) => nickname === name);
    if (!operation) throw new Error(`Asterisk ${version} describes no ${group}.${name}`);
    const parameters = operation.parameters ?? [];
    const fields = parameters.map((p) =>
      field(p.name ?? '', p, `${typeOf(p.dataType ?? '')}${p.allowMultiple ? ' | readonly string[]' : ''}`),
    );
    const inBody = parameters.filter((p) => p.paramType === 'body').map((p) => `'${p.name}'`);
    return `/** ${operation.httpMethod} ${operation.path} */
    ${name}: operation<${fields.length > 0 ? `{ ${fields.join(' ')} }` : 'Record<string, never>'}, ${typeOf(operation.responseClass)}>('${operation.httpMethod}', '${operation.path}', [${inBody}]),`;
  });
  return `${group}: {\n${lines.join('\n')}\n},`;
});

/** Properties of what a model extends are its own too. @param {string} name @returns {[string, Described][]} */
const propertiesOf = (name) => {
  const parent = [...models].find(([, { subTypes }]) => subTypes?.includes(name))?.[0];
  return [...(parent ? propertiesOf(parent) : []), ...Object.entries(models.get(name)?.properties ?? {})];
};
const shapes = [];
for (const name of used) {
  const lines = propertiesOf(name).map(([key, what]) =>
    key === 'type' && EVENTS.includes(name) ? `readonly type: '${name}';` : `readonly ${field(key, what, typeOf(what.type ?? ''))}`,
  );
  shapes.push(`/** As ARI describes it. */\nexport interface ${name} {\n${[...new Set(lines)].join('\n')}\n}`);
}

writeFileSync(
  join(root, OUT),
  `/**
 * What the driver uses of ARI, as Asterisk ${version} describes it. Written by tools/ari.mjs: change nothing here.
 */
import type { Operation } from './client.ts';

/** Every operation, made by \`operation\` from its method, its path and what goes into its body. */
export const operations = (operation: <Parameters, Answer>(method: string, path: string, inBody: readonly string[]) => Operation<Parameters, Answer>) => ({
${operations.join('\n')}
});

/** What the event socket tells, of what the driver listens to. */
export type AriEvent = ${EVENTS.join(' | ')};

${shapes.join('\n\n')}
`,
);
console.log(
  `${OUT}: ${operations.length} groups, ${EVENTS.length} events, ${used.size} shapes, from Asterisk ${version}; format it with prettier`,
);
