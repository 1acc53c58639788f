/** What a person sees who opens the gateway in a browser: GraphiQL, from this server alone. */
export const page = (o: { readonly introspection: boolean }): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cordboard</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/explorer/graphiql.css"><link rel="stylesheet" href="/explorer/start.css">
</head>
<body data-introspection="${o.introspection}">
<header>
<h1>Cordboard</h1>
<label>Token <input id="token" autocomplete="off" spellcheck="false" placeholder="npm run --silent token -- alice"></label>
<p>Transfers of phone calls, and who is available. Queries and mutations: <code>POST /graphql</code>. Subscriptions: WebSocket on the same path.</p>
${o.introspection ? '' : '<p>Introspection is off here: operations can be sent, but there is no documentation and nothing is completed.</p>'}
</header>
<main id="graphiql">Loading …</main>
<script src="/explorer/react.js"></script><script src="/explorer/react-dom.js"></script><script src="/explorer/graphiql.js"></script>
<script src="/explorer/start.js"></script>
</body>
</html>
`;

/**
 * Scripts and answers of this server alone. Styles may be written by scripts: the editor does. @param host as the browser named this server:
 * sockets are named by it, since not every browser counts them as its own
 */
export function policy(host: string | undefined): string {
  const sockets = host !== undefined && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  return `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src data: 'self'; connect-src 'self'${sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
