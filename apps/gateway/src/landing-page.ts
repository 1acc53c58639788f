/** What a person sees who opens the gateway in a browser: where things are, and a place to ask. Needs nothing from elsewhere. */
export default `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cordboard</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}textarea,input,pre{width:100%;box-sizing:border-box;font:13px/1.5 ui-monospace,monospace;padding:.6rem;border:1px solid #bbb;border-radius:4px}textarea{height:11rem}pre{background:#f6f6f6;min-height:6rem;white-space:pre-wrap}button{font:inherit;padding:.4rem 1.2rem}</style>
<h1>Cordboard</h1>
<p>Transfers of phone calls, and who is available. Queries and mutations: <code>POST /graphql</code>. Subscriptions: WebSocket on the same path, sub-protocol <code>graphql-transport-ws</code>, <code>connection_init</code> with <code>{"authorization": "Bearer …"}</code>.</p>
<p><label>Token (<code>npm run --silent token -- alice</code>)<input id="token" autocomplete="off"></label></p>
<p><label>Operation<textarea id="operation">{
  me { id name presence { availability } }
  agents { edges { node { id name teams { name } presence { availability since } } } }
}</textarea></label></p>
<p><button id="ask">Ask</button></p>
<pre id="answer"></pre>
<script>
const $ = (id) => document.getElementById(id);
$('ask').onclick = async () => {
  const token = $('token').value.trim();
  const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: 'Bearer ' + token } : {}) }, body: JSON.stringify({ query: $('operation').value }) });
  $('answer').textContent = JSON.stringify(await response.json(), null, 2);
};
</script></html>`;
