import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { log } from '@cordboard/platform-process';
import { Identities, languageOf, type Language } from '@cordboard/platform-subgraph';
import { stringify } from 'csv-stringify';
import type { Request, Response } from 'express';
import { GraphQLError } from 'graphql';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cellsOf, headerOf } from './columns.ts';
import { ExportHandler } from './export.handler.ts';
import { readFilter } from './query.ts';

/**
 * `GET /history/export.csv?…`: the call history as CSV (RFC 4180), as a stream of any length. `format=spreadsheet` writes it as Excel opens it by a
 * double click in the language that is asked for: with a byte order mark, and in French with semicolons. The filters are those of `callHistory`,
 * and so is what may be seen. Rows are read as the client takes them; one that leaves ends the reading. A file that breaks off is one
 * whose connection was cut: half of it is never ended as if it were whole.
 */
@Controller('history')
export class ExportController {
  constructor(
    @Inject(Identities) private readonly identities: Identities,
    @Inject(ExportHandler) private readonly exports: ExportHandler,
  ) {}

  @Get('export.csv')
  async export(@Req() request: Request, @Res() response: Response): Promise<void> {
    const identity = await this.identities.of(request.headers.authorization).catch((error: Error) => error);
    if (identity instanceof Error) return say(response, 401, 'UNAUTHENTICATED', identity.message, null);
    const asked = readFilter(request.query);
    if ('wrong' in asked) return say(response, 400, 'BAD_USER_INPUT', asked.wrong, FILTERS);
    const language = languageOf(request.headers['accept-language']);
    const columns = headerOf(language).map((header) => ({ key: header, header }));
    const csv = stringify({ header: true, columns, ...(asked.format === 'spreadsheet' ? forSpreadsheets(language) : {}) });
    try {
      const rows = this.exports.rows(identity, asked.filter);
      const first = await rows.next(); // what cannot be read at all is answered, not broken off
      response.status(200).type('text/csv; charset=utf-8').attachment('calls.csv');
      response.setHeader('content-language', language);
      response.setHeader('cache-control', 'no-store');
      response.setHeader('vary', 'accept-language');
      await pipeline(Readable.from(cells(first, rows), { highWaterMark: 16 }), csv, response);
    } catch (error) {
      if (response.destroyed && response.headersSent && isEarlyEnd(error)) return; // the client went away
      if (!(error instanceof GraphQLError)) log.error({ err: error }, 'an export failed');
      if (response.headersSent) response.destroy();
      else if (error instanceof GraphQLError) say(response, 400, String(error.extensions['code']), error.message, FILTERS);
      else say(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', 'Ask for the export again.');
    }
  }
}

const FILTERS = 'The filters are those of callHistory.';

/** Where numbers are written with a decimal comma, spreadsheets separate columns by semicolons. */
const forSpreadsheets = (language: Language) => ({ bom: true, delimiter: language === 'fr' ? ';' : ',' });

type Rows = ReturnType<ExportHandler['rows']>;
async function* cells(first: Awaited<ReturnType<Rows['next']>>, rows: Rows): AsyncGenerator<readonly unknown[]> {
  try {
    for (let next = first; !next.done; next = await rows.next()) yield cellsOf(next.value);
  } finally {
    await rows.return(undefined);
  }
}

const isEarlyEnd = (error: unknown): boolean => (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE';
const say = (response: Response, status: number, code: string, message: string, remedy: string | null): void =>
  void response.status(status).json({ code, message, remedy });
