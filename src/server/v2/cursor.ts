/** Where a page ends, as a text that clients hand back unread. */
import { SpanmeterError } from '../../model/errors.js';
import type { Position } from '../../store/sql/metric-rows.js';

const PARTS = 4;

export function toCursor(position: Position): string {
  return Buffer.from(position.join('.')).toString('base64url');
}

export function fromCursor(cursor: string): Position {
  const parts = Buffer.from(cursor, 'base64url').toString('latin1').split('.').map(Number);
  if (parts.length !== PARTS || !parts.every(Number.isSafeInteger)) {
    throw new SpanmeterError('SPANMETER_USAGE', '"after" is no cursor. Take it from "next" of the page before, unchanged.');
  }
  return parts as unknown as Position;
}
