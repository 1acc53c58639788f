/**
 * What an engine is called wherever it must be the same for everybody who reaches it: host, port and path of its URL. Case of the host, the
 * default port, a trailing slash or dot, credentials and a query do not matter. Two names of one host, as an address and its name, do.
 */
export function engineKey(text: string): string {
  const url = new URL(text);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return `${url.hostname.replace(/\.$/, '')}:${port}${url.pathname.replace(/\/+$/, '')}`;
}

/** One URL for each engine that a list names, in the order of their keys. */
export const distinctEngines = (urls: readonly string[]): string[] =>
  [...new Map(urls.map((url) => [engineKey(url), url])).entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, url]) => url);
