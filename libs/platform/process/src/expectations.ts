import { IncomingMessage, type ServerResponse } from 'node:http';

/**
 * For `checkContinue` of an HTTP server: the client waits to be told that its body is wanted (`Expect: 100-continue`, RFC 9110 §10.1.1). It
 * is told so when the body begins to be read: who is refused before that, for a token or a length, never sends it, and Node closes the
 * connection. The method is the request's own, for Express changes its prototype.
 */
export function continueOnRead(request: IncomingMessage, response: ServerResponse): void {
  let isTold = false;
  request._read = (size) => {
    if (!isTold && !response.headersSent) response.writeContinue();
    isTold = true;
    IncomingMessage.prototype._read.call(request, size);
  };
}
