import { log } from '@cordboard/platform-process';
import type { Request, RequestHandler, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import type { Audio } from './audio.ts';
import type { Bearer, MediaUrls } from './media-urls.ts';
import { isKnown, rangeHolds, spanOf } from './range.ts';

/** What there is to be served, and who is told that it was. */
export interface Served {
  find(account: string, key: string): Promise<Audio | undefined>;
  /** Somebody begins to listen, from the first byte on. */
  opened(about: string, bearer: Bearer): Promise<void>;
}

/** Serves audio to whoever holds an address that `urls` signed and that has not expired: 403 otherwise, 404 for what is gone. */
export function serveMedia(urls: MediaUrls, served: Served): RequestHandler {
  return (request, response) =>
    void serve(request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy(); // who listened has gone, or must not take half of it for the whole
      log.error({ err: error, path: request.path }, 'a file could not be served');
      response.status(500).json({ error: 'Something went wrong on our side.' });
    });

  async function serve(request: Request, response: Response): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return void response.status(405).set('allow', 'GET, HEAD').json({ error: 'Files can be read, and nothing else.' });
    const key = request.path.slice(1);
    const bearer = urls.check(key, request.query);
    if (!bearer) return void response.status(403).json({ error: 'This address has expired or was never given: ask for the url again.' });
    const audio = await served.find(bearer.account, key);
    if (!audio) return void response.status(404).json({ error: 'There is no such file any more.' });
    response.set({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-type': audio.contentType,
      etag: audio.etag,
      'x-content-type-options': 'nosniff',
    });
    if (isKnown(request.get('if-none-match'), audio.etag)) return void response.status(304).end();
    const span = rangeHolds(request.get('if-range'), audio.etag) ? spanOf(request.headers.range, audio.bytes) : undefined;
    if (span === null) return void response.status(416).set('content-range', `bytes */${audio.bytes}`).end();
    const { from, to } = span ?? { from: 0, to: audio.bytes - 1 };
    response.status(span ? 206 : 200).set('content-length', String(to - from + 1));
    if (span) response.set('content-range', `bytes ${from}-${to}/${audio.bytes}`);
    if (request.method === 'HEAD') return void response.end();
    if (from === 0) await served.opened(audio.about, bearer);
    await pipeline(audio.read({ from, to }), response);
  }
}
