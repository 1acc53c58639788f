/** The path and the query string (with its `?`, or empty) of a request's target, as they stand; never throws, whatever was sent. */
export function targetOf(url: string | undefined): { readonly path: string; readonly search: string } {
  const [, path = '', search = ''] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(url ?? '') ?? [];
  return { path: path || '/', search };
}
