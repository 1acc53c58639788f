import { Controller, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { MESSAGE_KINDS, type MessageKind } from '@cordboard/contracts';
import { log } from '@cordboard/platform-process';
import { administers, discardBody, Identities, refused } from '@cordboard/platform-subgraph';
import type { Request, Response } from 'express';
import { FileTooLong, upTo } from '../imports/file-size.ts';
import { MessageFileHandler } from './message-file.handler.ts';

/** Five minutes as WAV of 24 bits, 48 kHz, stereo, in bytes, with some room. */
const MAX_BYTES = 104_857_600;

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * `PUT /numbers/<id>/messages/<greeting|voicemail|unavailable|music>`: an audio file of 100 MiB and 5 minutes at most, WAV, MP3 or Ogg by its content, whatever it is
 * called. Answers `{ id, kind, seconds }` once calls are decided by it, or `{ code, message, remedy }`; then the Number's message is as before.
 */
@Controller('numbers')
export class MessageController {
  constructor(
    @Inject(Identities) private readonly identities: Identities,
    @Inject(MessageFileHandler) private readonly files: MessageFileHandler,
  ) {}

  @Put(':id/messages/:kind')
  async put(@Param('id') id: string, @Param('kind') kind: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { status, body } = await this.take(id, kind, request).catch((error: unknown): Answer => {
      if (error instanceof FileTooLong) return TOO_LARGE;
      log.error({ err: error }, 'a file for a message could not be taken');
      return FAILED;
    });
    if (response.destroyed) return;
    response.status(status).json(body);
    discardBody(request, response);
  }

  private async take(id: string, kind: string, request: Request): Promise<Answer> {
    const identity = await this.identities.of(request.headers.authorization).catch((error: Error) => error);
    if (identity instanceof Error) return said(401, 'UNAUTHENTICATED', identity.message);
    if (!administers(identity)) return said(403, 'FORBIDDEN', 'Only administrators change the account.');
    if (!isKind(kind)) return said(404, 'NOT_FOUND', `There is no message "${kind.slice(0, 50)}"; there are ${MESSAGE_KINDS.join(', ')}.`);
    if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) return TOO_LARGE;
    const outcome = await this.files.upload(identity.account, id, kind, upTo(MAX_BYTES, request.iterator({ destroyOnReturn: false })));
    if ('missing' in outcome) return said(404, 'NOT_FOUND', 'There is no such Number.');
    if ('refused' in outcome) {
      const { code, message, remedy } = refused(outcome);
      return said(422, code, message, remedy);
    }
    const file = outcome.files[kind];
    return { status: 200, body: { id: file?.id, kind, seconds: file?.seconds } };
  }
}

const isKind = (kind: string): kind is MessageKind => (MESSAGE_KINDS as readonly string[]).includes(kind);
const said = (status: number, code: string, message: string, remedy: string | null = null): Answer => ({
  status,
  body: { code, message, remedy },
});
const TOO_LARGE = said(413, 'AUDIO_TOO_LARGE', 'A file for a message has 100 MiB at most.', 'Save it as MP3 or Ogg, or with one channel.');
const FAILED = said(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', 'Send the file again.');
