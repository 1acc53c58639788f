import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { log } from '@cordboard/platform-process';
import { Identities, refused, type Identity } from '@cordboard/platform-subgraph';
import type { Request, Response } from 'express';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { decoded } from './decoded.ts';
import { FileTooLong, LONGEST_FILE, upTo } from './file-size.ts';
import { ImportHandler, type ImportProgress, type StartedImport } from './import.handler.ts';
import { readImportQuery, type ImportQuery } from './import.query.ts';

/**
 * `POST /contacts/import?dryRun=…&columns=…`: a file of contacts of 256 MiB at most, as a stream. Answers newline-delimited JSON while it
 * reads, at the pace at which the client takes it: `{line, reason, text}` for each rejected row, `{rows, created, updated, unchanged,
 * rejected}` after each batch, and at last the same with `done: true`, `dryRun`, `columns` and `firstRows` as `importContacts` has them. Where the client goes away it stops after the batch at hand; to send the file again is safe.
 */
@Controller('contacts')
export class ImportController {
  constructor(
    @Inject(Identities) private readonly identities: Identities,
    @Inject(ImportHandler) private readonly imports: ImportHandler,
  ) {}

  @Post('import')
  async import(@Req() request: Request, @Res() response: Response): Promise<void> {
    const identity = await this.identities.of(request.headers.authorization).catch((error: Error) => error);
    if (identity instanceof Error) return say(response, 401, { code: 'UNAUTHENTICATED', message: identity.message, remedy: null });
    if (!request.is('text/csv') || (request.headers['content-encoding'] ?? 'identity') !== 'identity')
      return say(response, 415, {
        code: 'BAD_USER_INPUT',
        message: 'A file of contacts is CSV, not compressed.',
        remedy: 'Send it as content-type: text/csv.',
      });
    if (Number(request.headers['content-length'] ?? 0) > LONGEST_FILE) return say(response, 413, TOO_LONG);
    const query = readImportQuery(request.query);
    if ('wrong' in query) {
      await finished(request.resume()).catch(() => undefined);
      return say(response, 400, { code: 'BAD_USER_INPUT', message: query.wrong, remedy: null });
    }
    try {
      await this.stream(identity, query, request, response);
    } catch (error) {
      if (response.destroyed) return; // the client went away
      const isTooLong = error instanceof FileTooLong;
      if (!isTooLong) log.error({ err: error }, 'an import failed');
      const failure = isTooLong ? TOO_LONG : FAILED;
      if (!response.headersSent) return say(response, isTooLong ? 413 : 500, failure);
      response.end(`${JSON.stringify({ failed: true, ...failure })}\n`);
    }
  }

  private async stream({ account }: Identity, query: ImportQuery, request: Request, response: Response): Promise<void> {
    const text = decoded(upTo(LONGEST_FILE, request.iterator({ destroyOnReturn: false })));
    const started = await this.imports.begin({ account, ...query }, text);
    if ('refused' in started) {
      await finished(request.resume()); // a client that is still sending may not hear an answer
      const { code, message, remedy } = refused(started);
      return say(response, 422, { code, message, remedy });
    }
    await this.tell(started, query, response);
  }

  /** Writes how far the import is, as long as the client takes it. */
  private async tell({ columns, progress }: StartedImport, { dryRun }: ImportQuery, response: Response): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.status(200).type('application/x-ndjson');
    let last: ImportProgress | undefined;
    for await (const step of progress) {
      if (response.destroyed) return;
      last = step;
      const lines = [...step.rejections, tallyOf(step)];
      const flows = response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      if (!flows) await once(response, 'drain', { signal: gone.signal });
    }
    response.end(`${JSON.stringify({ done: true, ...(last && tallyOf(last)), dryRun, columns, firstRows: last?.firstRows ?? [] })}\n`);
  }
}

const TOO_LONG = {
  code: 'BAD_USER_INPUT',
  message: 'A file of contacts has 256 MiB at most.',
  remedy: 'Send it in parts; what was read of it is kept.',
};
const FAILED = { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on our side.', remedy: 'Send the file again.' };

const tallyOf = ({ rows, created, updated, unchanged, rejected }: ImportProgress): object => ({
  rows,
  created,
  updated,
  unchanged,
  rejected,
});

const say = (response: Response, status: number, body: { code: string; message: string; remedy: string | null }): void =>
  void response.status(status).json(body);
