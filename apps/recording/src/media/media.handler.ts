import type { MediaStorage } from '@cordboard/platform-media';
import { log } from '@cordboard/platform-process';
import type { Request, RequestHandler, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import type { MediaUrls } from './media-urls.ts';
import { spanOf } from './range.ts';

/** What is known of a file that may be served. */
export type FindMedia = (account: string, key: string) => Promise<{ readonly contentType: string } | undefined>;

/** Serves files to whoever holds an address that `urls` signed and that has not expired: 403 otherwise, 404 for what is gone. */
export function serveMedia(urls: MediaUrls, storage: MediaStorage, find: FindMedia): RequestHandler {
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
    const [file, known] = await Promise.all([storage.head(key), find(bearer.account, key)]);
    if (!file || !known) return void response.status(404).json({ error: 'There is no such file any more.' });
    response.set({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-type': known.contentType,
      'x-content-type-options': 'nosniff',
    });
    const span = spanOf(request.headers.range, file.bytes);
    if (span === null) return void response.status(416).set('content-range', `bytes */${file.bytes}`).end();
    const { from, to } = span ?? { from: 0, to: file.bytes - 1 };
    response.status(span ? 206 : 200).set('content-length', String(to - from + 1));
    if (span) response.set('content-range', `bytes ${from}-${to}/${file.bytes}`);
    if (request.method === 'HEAD') return void response.end();
    const found = await storage.get(key, span);
    if (!found) throw new Error(`${key} was deleted while it was being served`);
    await pipeline(found.content, response);
  }
}
