/** The formats that rows are answered in: asked for by `format`, else by what the client accepts. */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TableStream } from '../../client/frame/table.js';
import { csvLines } from '../../client/frame/csv.js';
import { ndjsonLines } from '../../client/frame/objects.js';

export const FORMATS = ['json', 'ndjson', 'csv', 'arrow'] as const;
export type Format = (typeof FORMATS)[number];
type StreamFormat = Exclude<Format, 'json'>;

const TYPES: Readonly<Record<StreamFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
  arrow: 'application/vnd.apache.arrow.stream',
};

/** In the order of the list where several are accepted alike; JSON for whoever takes anything. */
export function formatOf(request: FastifyRequest, asked: Format | undefined): Format {
  if (asked !== undefined) return asked;
  const accepted = request.headers.accept ?? '';
  return (Object.keys(TYPES) as StreamFormat[]).find((format) => accepted.includes(TYPES[format].split(';')[0]!)) ?? 'json';
}

/** Writes as fast as the client reads: nothing piles up. */
export async function sendStream(reply: FastifyReply, format: StreamFormat, table: TableStream): Promise<FastifyReply> {
  return reply.type(TYPES[format]).send(Readable.from(inTurns(await encoded(format, table)), { objectMode: false }));
}

async function encoded(format: StreamFormat, table: TableStream): Promise<AsyncIterable<string | Uint8Array>> {
  switch (format) {
    case 'ndjson':
      return ndjsonLines(table);
    case 'csv':
      return csvLines(table);
    case 'arrow':
      // 100 ms to load: for whoever asks.
      return (await import('../../client/frame/arrow.js')).arrowStream(table);
  }
}

/** SQLite answers at once, so a stream that is read fast would keep everybody else waiting. */
async function* inTurns(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    if (piece.length > 0)
      yield typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    await setImmediate();
  }
}
