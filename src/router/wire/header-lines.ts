// Header lines as RFC 9112 §5 writes them, read without mercy. Pure. Texts are latin1: one character is one byte.

/** What no head may hold: control characters, a CR or LF alone, a line that is folded. */
// eslint-disable-next-line no-control-regex
const FOREIGN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?:^|[^\r])\n|\r\n[\t ]/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether text between the first byte of a head and its last CRLF holds what no head may. */
export function isForeign(text: string): boolean {
  return FOREIGN.test(text);
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Names and values in turns, from `at` on; null where a line isn't a header. The text has no foreign bytes. */
export function readHeaderLines(text: string, at: number): string[] | null {
  const headers: string[] = [];
  for (let start = at; start < text.length;) {
    const next = text.indexOf('\r\n', start);
    const end = next < 0 ? text.length : next;
    const colon = text.indexOf(':', start);
    if (colon <= start || colon >= end) return null;
    const name = text.slice(start, colon);
    if (!isName(name)) return null;
    headers.push(name, trimmed(text, colon + 1, end));
    start = end + 2;
  }
  return headers;
}

/** Names seen lately: most requests have the same ones. */
const known = new Set<string>();
const MOST_KNOWN = 1_000;
const LONGEST_KNOWN = 40;

function isName(name: string): boolean {
  if (known.has(name)) return true;
  if (!TOKEN.test(name)) return false;
  if (name.length <= LONGEST_KNOWN && known.size < MOST_KNOWN) known.add(name);
  return true;
}

/** Without blanks and tabs at its ends; other kinds of space are part of a value. */
export function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
