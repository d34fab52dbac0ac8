// Output streams as they go over the wire: plain text, or server-sent events whose ids are byte offsets.
import type { Context } from 'koa';
import type { OutputPiece } from './follow-output.js';

/** Whether the client asks for server-sent events. */
export function wantsEvents(http: Context): boolean {
  return http.get('accept').includes('text/event-stream');
}

/** Where a client that was cut off goes on: `Range: bytes=120-`, or the id of its last event. */
export function firstByte(http: Context): number {
  const range = /^bytes=(\d{1,12})-$/.exec(http.get('range'))?.[1];
  const event = /^\d{1,12}$/.exec(http.get('last-event-id'))?.[0];
  return Number((wantsEvents(http) ? event : range) ?? 0);
}

export async function* asText(pieces: AsyncIterable<OutputPiece>): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.text;
}

/** One event a piece. News has no id: after a reconnect it would be out of date. */
export async function* asEvents(pieces: AsyncIterable<OutputPiece>): AsyncGenerator<string> {
  for await (const { text, offset } of pieces) yield eventOf(text, offset);
}

/** An event as it is written: `id:`, then a `data:` line for each line of the text. */
export function eventOf(text: string, offset: number | null): string {
  const data = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${offset === null ? '' : `id: ${offset}\n`}${data.join('')}\n`;
}
