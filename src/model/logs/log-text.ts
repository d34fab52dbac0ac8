// What the text of a log line may hold, and how long it may be: one line, colours kept, nothing else that moves a
// reader's terminal or forges a second line.
/* oxlint-disable no-control-regex -- control characters are what this file is about */

export const MAX_LINE_BYTES = 10_000;

const CONTROL = /[\u0000-\u0008\u000a-\u001f\u2028\u2029]/;
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const COLOUR = /^\u001b\[[0-9;:]*m$/;

/** Drops a line's end, replaces what would break the line by a blank, keeps tabs and colours, drops other controls. */
export function cleanText(text: string): string {
  if (!CONTROL.test(text)) return text;
  return withoutEnd(text)
    .replace(ESCAPES, (sequence) => (COLOUR.test(sequence) ? sequence : ''))
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/[\u0000-\u0008\u000b-\u001a\u001c-\u001f]|\u001b(?!\[[0-9;:]*m)/g, '');
}

/** Not by a pattern: one that begins anew at each of many line ends takes the square of their number. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end -= 1;
  return text.slice(0, end);
}

/** Cuts text into pieces of at most `max` bytes of UTF-8, never inside a character. */
export function cutText(text: string, max = MAX_LINE_BYTES): string[] {
  if (text.length * 3 <= max) return [text];
  const bytes = Buffer.from(text);
  if (bytes.length <= max) return [text];
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = Math.min(start + max, bytes.length);
    while (end < bytes.length && isContinuation(bytes[end])) end -= 1;
    pieces.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return pieces;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
