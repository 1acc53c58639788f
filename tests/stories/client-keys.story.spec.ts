import WebSocket from 'ws';
import { eventually } from '@cordboard/testing';
import { World, type AgentApp } from './people.ts';

/** Names that every object of JavaScript has, its prototype's setter among them. */
const NAMES = [...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'toJSON', 'then']];
/** The name that the others are compared with. */
const OTHER = 'otherName';

let world: World, alice: AgentApp, ada: AgentApp, dan: AgentApp, bob: AgentApp, stranger: AgentApp;
let before: readonly string[];
let usual: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await World.begin();
  [alice, ada, dan, bob] = (await Promise.all(['alice', 'ada', 'dan', 'bob'].map((id) => world.agent(id)))) as [
    AgentApp,
    AgentApp,
    AgentApp,
    AgentApp,
  ];
  stranger = await world.agent('ada', { claims: { account: 'elsewhere' } });
  before = await othersAnswers();
  usual = await answersTo(OTHER);
}, 120_000);
afterAll(() => world?.end(), 60_000);

it('under an ordinary name, each place where a client chooses a name is answered', () => {
  expect(usual).toMatchObject({
    'alias of a root field': '200 {"data":{"•":{"id":"alice"}}}',
    'alias of what another service knows': expect.stringContaining('{"data":{"me":{"•":{"•":"'),
    'alias of an error’s fields': expect.stringContaining('{"data":{"•":{"errors":[{"message":"'),
    'alias in a list': expect.stringMatching(/("•":\{"•":"\w+","presence":\{"•":"\w+"\}.*){3}/),
    'name of a variable': expect.stringContaining('{"data":{"agent":{"id":"bob"'),
    'default of a variable': '200 {"data":{"agent":{"id":"bob"}}}',
    'name of an operation': '200 {"data":{"me":{"id":"alice"}}}',
    'operationName of none': expect.stringContaining('BAD_USER_INPUT'),
    'key of variables, extensions and the body': '200 {"data":{"me":{"id":"alice"}}}',
    'key of a query string': '200 {"data":{"me":{"id":"alice"}}}',
    'header and cell of a CSV file': expect.stringContaining('"created":1'),
    'id and cursor': expect.stringContaining('NOT_FOUND'),
    'messages of a socket': expect.stringMatching(
      /connection_ack.*pong.*"data":\{"•":\{"__typename":"PresenceSnapshot"\}.*"id":"bob".*complete/s,
    ),
    'variable and alias of a subgraph': expect.stringContaining('{"data":{"•":[]'),
  });
});

it.each(NAMES)('%s is a name like any other, and nobody else notices', async (name) => {
  const pids = Object.values(world.stack.services).map(({ pid }) => pid);
  expect(await answersTo(name)).toEqual(usual);
  expect(await othersAnswers()).toEqual(before);
  expect(Object.values(world.stack.services).map(({ pid }) => pid)).toEqual(pids);
  for (const pid of pids) expect(process.kill(pid, 0)).toBe(true);
});

it('all of them are the fields of one answer, in their order', async () => {
  const fields = NAMES.map(
    (name) =>
      `${name}: presence { ${NAMES.slice(0, 2)
        .map((inner) => `${inner}: status`)
        .join(' ')} }`,
  );
  const { me } = JSON.parse((await post(alice, { query: `{ me { ${fields.join(' ')} } }` })).slice(4)).data as { me: object };
  expect(Object.keys(me)).toEqual(NAMES);
  for (const [, presence] of Object.entries(me)) expect(Object.keys(presence as object)).toEqual(NAMES.slice(0, 2));
  expect(await othersAnswers()).toEqual(before);
});

/** What others are answered: two agents of this account, and somebody of another. */
const othersAnswers = (): Promise<readonly string[]> =>
  Promise.all(
    [bob, ada, stranger].flatMap((app) => [
      post(app, { query: '{ me { id name role teams { id name } presence { status version } } }' }),
      post(app, { query: '{ agents(first: 3) { edges { node { id name teams { name } } } } myCalls { id } }' }),
      post(app, { query: 'query($id: ID!) { agent(id: $id) { id } }', variables: { id: 'nobody' } }),
    ]),
  );

/** By the place where a client chooses a name: the answer when it chooses this one, which stands as `•`. */
async function answersTo(name: string): Promise<Readonly<Record<string, string>>> {
  const answers = await Promise.all(
    Object.entries(PLACES).map(async ([place, ask]) => [place, (await ask(name)).replaceAll(name, '•')] as const),
  );
  return Object.fromEntries(answers);
}

const PLACES: Readonly<Record<string, (name: string) => Promise<string>>> = {
  'alias of a root field': (name) => post(alice, { query: `{ ${name}: me { id } }` }),
  'alias of what another service knows': (name) =>
    post(alice, { query: `{ me { ${name}: presence { ${name}: status version } teams { ${name}: name } id } }` }),
  'alias of an error’s fields': (name) => post(alice, { query: `{ ${name}: me { errors: teams { message: name } } }` }),
  'alias in a list': (name) =>
    post(alice, {
      query: `{ agents(first: 3) { ${name}: edges { ${name}: node { ${name}: id presence { ${name}: status } p: presence { ${name}: version } } } } }`,
    }),
  'alias of introspection': (name) => post(alice, { query: `{ ${name}: __typename __schema { ${name}: queryType { ${name}: name } } }` }),
  'name of a variable': (name) =>
    post(alice, {
      query: `query($${name}: ID!, $p: Boolean!) { agent(id: $${name}) { id presence @include(if: $p) { status } } me: agent(id: "alice") { id } }`,
      variables: own([name, 'bob'], ['p', true]),
    }),
  'name of a condition': (name) =>
    post(alice, { query: `query($${name}: Boolean!) { me { id presence @skip(if: $${name}) { status } } }`, variables: own([name, true]) }),
  'missing variable': (name) => post(alice, { query: `query($${name}: ID!) { agent(id: $${name}) { id } }`, variables: {} }),
  'default of a variable': (name) => post(alice, { query: `query($${name}: ID = "bob") { agent(id: $${name}) { id } }` }),
  'name of an operation': (name) =>
    post(alice, {
      query: `query ${name} { me { ...${name} } } fragment ${name} on Agent { id } query B { myCalls { id } }`,
      operationName: name,
    }),
  'operationName of none': (name) => post(alice, { query: 'query A { me { id } } query B { me { name } }', operationName: name }),
  'key of variables, extensions and the body': (name) => {
    const more = own([name, { errors: [{ message: 'x' }], id: 'bob' }]);
    return post(alice, {
      query: 'query($a: Boolean!) { me { id name @skip(if: $a) } }',
      variables: { a: true, ...more },
      extensions: more,
      ...more,
    });
  },
  'key of an input object': (name) =>
    post(alice, {
      query: 'mutation($input: StartTransferInput!) { startTransfer(input: $input) { __typename } }',
      variables: { input: { callId: 'x', mode: 'COLD', target: own([name, 'bob']) } },
    }).then(codeOf),
  'literal input object': (name) =>
    post(alice, {
      query: `mutation { startTransfer(input: { callId: "x", mode: COLD, target: { ${name}: "bob" } }) { __typename } }`,
    }).then(codeOf),
  'names of the schema': async (name) =>
    [
      await post(alice, { query: `{ ${name} }` }).then(codeOf),
      await post(alice, { query: `{ me { id @${name} } }` }).then(codeOf),
      await post(alice, { query: `{ me(${name}: 1) { id ... on ${name} { id } } }` }).then(codeOf),
      await post(alice, { query: `query($a: ${name}) { me { id } }` }).then(codeOf),
      await post(alice, { query: `mutation { setStatus(status: ${name}) { __typename } }` }).then(codeOf),
    ].join(),
  'key of a query string': async (name) => {
    const more = `${name}=x&${name}[id]=y&a[${name}]=z&${name}.b=c`;
    const variables = JSON.stringify(own([name, 'x']));
    return said(
      await fetch(`${world.stack.url}?${new URLSearchParams({ query: '{ me { id } }', variables }).toString()}&${more}`, {
        headers: { authorization: `Bearer ${alice.token}`, 'apollo-require-preflight': 'true' },
      }),
    );
  },
  'name and value of a header': async (name) => {
    const headers = new Headers({ authorization: `Bearer ${alice.token}`, 'content-type': 'application/json', 'accept-language': name });
    headers.set(name, 'x');
    return said(await fetch(world.stack.url, { method: 'POST', headers, body: '{"query":"{ me { id } }"}' }));
  },
  'hash and id of a document': async (name) =>
    [
      await post(alice, { extensions: { persistedQuery: { version: 1, sha256Hash: name } } }).then(codeOf),
      await post(alice, { documentId: name }).then(codeOf),
    ].join(),
  'header and cell of a CSV file': async (name) => {
    const digits = String(10_000_000 + [OTHER, ...NAMES].indexOf(name));
    const response = await fetch(new URL('/contacts/import', world.stack.url), {
      method: 'POST',
      body: `${name},name,number,${name}\n${name},${name},+336${digits},x\n`,
      headers: { 'content-type': 'text/csv', authorization: `Bearer ${alice.token}` },
    });
    const done = (await said(response)).split('\n').at(-1)?.replaceAll(digits, '…'); // each name imports a number of its own
    return `${done} ${await post(alice, { query: 'query($of: String) { contacts(search: $of) { edges { node { name } } } }', variables: { of: digits } })}`;
  },
  'header of a CSV file that has no other': (name) =>
    post(alice, {
      query: 'mutation($csv: String!) { importContacts(csv: $csv) { __typename ... on Refused { code message } } }',
      variables: { csv: `${name},x\n1,2\n` },
    }),
  'text of a search': (name) =>
    post(alice, { query: 'query($of: String) { agents(search: $of) { edges { node { id } } } teams { id } }', variables: { of: name } }),
  'id and cursor': async (name) =>
    [
      await post(alice, { query: 'query($id: ID!) { agent(id: $id) { id } }', variables: { id: name } }),
      await post(alice, {
        query: 'query($id: ID!) { transferTargets(callId: $id, search: $id) { edges { cursor } } }',
        variables: { id: name },
      }),
      await post(alice, { query: 'query($of: String) { agents(after: $of) { edges { cursor } } }', variables: { of: name } }).then(codeOf),
    ].join(),
  'tag and event': async (name) =>
    [
      await post(ada, {
        query: 'query($tags: [String!]) { callHistory(filter: { tags: $tags }) { totalCount } }',
        variables: { tags: [name] },
      }),
      await post(alice, {
        query: 'mutation($tags: [String!]!) { tagCall(callId: "none", tags: $tags) { __typename ... on Refused { code } } }',
        variables: { tags: [name] },
      }),
      await post(ada, {
        query:
          'mutation($of: [String!]!) { createWebhook(url: "https://8.8.8.8/", events: $of) { __typename ... on Refused { code message } } }',
        variables: { of: [name] },
      }),
    ].join(),
  'variable and alias of a subgraph': async (name) => {
    const ask = (service: 'routing' | 'directory', query: string, variables: object) =>
      post(alice, { query, variables }, `${world.stack.services[service].url}/graphql`);
    return [
      await ask('routing', `query ${name} { ${name}: myCalls { ${name}: id } }`, own([name, 1])),
      await ask('directory', `query($${name}: ID!) { ${name}: agent(id: $${name}) { ${name}: id } }`, own([name, 'bob'])),
      await ask('directory', 'query($of: [_Any!]!) { _entities(representations: $of) { __typename } }', {
        of: [{ __typename: name, id: 'bob' }],
      }),
      await ask('directory', 'query($of: [_Any!]!) { _entities(representations: $of) { ... on Agent { name } } }', {
        of: [{ __typename: 'Agent', id: 'bob', ...own([name, { name: 'x' }]) }],
      }),
    ].join();
  },
  'messages of a socket': (name) =>
    overSocket(
      { type: 'connection_init', payload: { authorization: `Bearer ${dan.token}`, ...own([name, { x: 1 }]), headers: own([name, 'x']) } },
      { type: 'ping', payload: own([name, { authorization: 'x' }]) },
      { type: 'subscribe', id: name, payload: { query: `subscription ${name} { ${name}: presence { __typename } }`, ...own([name, 1]) } },
      {
        type: 'subscribe',
        id: `${name}-2`,
        payload: {
          query: `query ${name}($${name}: ID!) { ${name}: agent(id: $${name}) { id } }`,
          variables: own([name, 'bob']),
          operationName: name,
          extensions: own([name, 1]),
        },
      },
    ),
  'subscription’s variable': (name) =>
    overSocket(
      { type: 'connection_init', payload: { authorization: `Bearer ${dan.token}` } },
      {
        type: 'subscribe',
        id: '1-2',
        payload: {
          query: `subscription($${name}: [ID!]) { presence(agentIds: $${name}) { ... on PresenceSnapshot { ${name}: agents { ${name}: id } } } }`,
          variables: own([name, ['bob']]),
        },
      },
    ),
  'body of the simulator': async (name) => {
    const response = await fetch(`${world.stack.simulatorUrl}/script`, {
      method: 'POST',
      body: JSON.stringify({ address: '+33699999999', onRing: name, ...own([name, { onRing: 'answer' }]) }),
    });
    return said(response);
  },
};

/** An object with these as its own keys, whatever they are called: `{ [key]: value }` defines them, an assignment would not. */
const own = (...entries: readonly (readonly [string, unknown])[]): object => Object.fromEntries(entries);

const post = async (app: AgentApp, body: object, url = world.stack.url): Promise<string> =>
  said(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${app.token}` },
      body: JSON.stringify(body),
    }),
  );

const said = async (response: Response): Promise<string> => `${response.status} ${(await response.text()).trim()}`;
/** The status and the codes of an answer: some messages make suggestions by how a name looks. */
const codeOf = (answer: string): string => [answer.slice(0, 3), ...new Set(answer.match(/"code":"\w+"/g))].join(' ');

/** Sends these, each after what came before was answered, and closes. @returns everything that came back */
async function overSocket(...messages: readonly object[]): Promise<string> {
  const socket = new WebSocket(world.stack.wsUrl, 'graphql-transport-ws');
  const came: string[] = [];
  let closed: number | null = null;
  socket.on('message', (data) => came.push(String(data as Buffer).replace(/"deviceId":"[^"]+"/, '')));
  socket.on('close', (code) => (closed = code));
  await new Promise((resolve) => socket.on('open', resolve));
  for (const message of messages) {
    const count = came.length;
    socket.send(JSON.stringify(message));
    await eventually(() => came.length > count || closed !== null);
  }
  await eventually(() => closed !== null || came.some((text) => /"(next|error)"/.test(text) && text.includes('-2"')));
  const last = came.join('\n');
  socket.close();
  return `${closed ?? 'open'} ${last}`;
}
