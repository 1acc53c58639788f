import { answerRaw, endAfterAnswers, trackAnswers } from '@cordboard/platform-process';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type Take = (request: IncomingMessage, raw: Duplex, head: Buffer) => void;

/**
 * Takes requests for a WebSocket. An offer of any other protocol is ignored and its request answered as if it made none (RFC 9110 §7.8). On a
 * connection that still waits for answers, neither is done: it is ended after them.
 * @returns ends it
 */
export function takeUpgrades(http: Server, take: Take): () => void {
  trackAnswers(http);
  const upgrade: Take = (request, raw, head) => {
    const destroy = (): void => void raw.destroy();
    raw.on('error', destroy); // Node listens no more, and nobody else does yet
    if (endAfterAnswers(raw)) return;
    if (isForWebSocket(request)) return take(request, raw, head);
    const bytes = headWithoutUpgrade(request);
    if (!bytes) return answerRaw(raw, 400);
    raw.off('error', destroy);
    raw.unshift(Buffer.concat([bytes, head]));
    http.emit('connection', raw); // Node has let go of it before its body was read: it is read anew, and Node answers it
  };
  http.on('upgrade', upgrade);
  return () => void http.off('upgrade', upgrade);
}

/** An offer that comes over HTTP/1.0 is to be ignored. */
const isForWebSocket = ({ headers, httpVersion }: IncomingMessage): boolean =>
  httpVersion === '1.1' && headers.upgrade?.toLowerCase() === 'websocket';

/** The head of a request as it came, but for what it offers. @returns null where it cannot be written as one line a header */
function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer | null {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return lines.some((line) => /[\r\n]/.test(line)) ? null : Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
