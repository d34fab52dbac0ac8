// The head of a dyno's answer, from its bytes to names and values. Pure.
import { isForeign, readHeaderLines } from './header-lines.js';

export interface RawAnswer {
  status: number;
  reason: string;
  httpVersion: '1.0' | '1.1';
  headers: string[];
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/s;
const BEGINNING = 'HTTP/1.';

/** `text` is the head without its last empty line; null where it is none. */
export function parseAnswerHead(text: string): RawAnswer | null {
  if (isForeign(text)) return null;
  const lineEnd = text.indexOf('\r\n');
  const parts = STATUS_LINE.exec(lineEnd < 0 ? text : text.slice(0, lineEnd));
  const headers = lineEnd < 0 ? [] : readHeaderLines(text, lineEnd + 2);
  if (!parts || !headers) return null;
  return { status: Number(parts[2]), reason: parts[3] ?? '', httpVersion: parts[1] === '1' ? '1.1' : '1.0', headers };
}

/** Whether what has come of a head may still become one: a dyno that speaks something else isn't waited for. */
export function mayBecomeAnswer(text: string): boolean {
  if (!BEGINNING.startsWith(text.slice(0, BEGINNING.length))) return false;
  const lineEnd = text.indexOf('\r\n');
  return lineEnd < 0 || STATUS_LINE.test(text.slice(0, lineEnd));
}
