/** Answers what is no HTTP request, or does not become one in time: there is no route yet that could. */
import type { Socket } from 'node:net';
import { bodyOf } from './errors.js';

const ANSWERS: Readonly<Record<string, readonly [status: number, reason: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The head of the request is too large. Ask by a shorter URL.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not arrive in time. Send it again.'],
};
const OTHER = [400, 'Bad Request', 'This is no HTTP request.'] as const;

export function handleClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, message] = ANSWERS[error.code ?? ''] ?? OTHER;
  const body = JSON.stringify(bodyOf('', { status, message }));
  const head = [`HTTP/1.1 ${status} ${reason}`, 'content-type: application/json; charset=utf-8', 'x-content-type-options: nosniff'];
  socket.end([...head, `content-length: ${Buffer.byteLength(body)}`, 'connection: close', '', body].join('\r\n'));
  // Whoever does not read the answer shall not keep the connection.
  socket.setTimeout(1000, () => socket.destroy());
}
