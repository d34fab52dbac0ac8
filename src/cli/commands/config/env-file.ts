// `.env` files, and what `paas config --shell` prints: KEY=value lines, as shells and dotenv read them.
import { CliError } from '../../api/errors.js';

const ASSIGNMENT = /^(?:export\s+)?([^\s=#]+)[ \t]*=[ \t]*/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads assignments; blank lines and comments are passed over. A value may be in quotes, and then go over several lines;
 * `\n`, `\"`, `\\` and `\$` mean something in double ones. Throws CliError with the line's number, never with its text.
 */
export function parseEnvFile(text: string): Record<string, string> {
  const values: [string, string][] = [];
  let rest = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const whole = rest.length;
  const line = () =>
    text
      .replaceAll('\r\n', '\n')
      .slice(0, whole - rest.length)
      .split('\n').length;
  for (;;) {
    rest = rest.replace(/^(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*/, '');
    if (rest === '' || /^#[^\n]*$/.test(rest)) return Object.fromEntries(values);
    const match = ASSIGNMENT.exec(rest);
    if (!match) throw new CliError(`Line ${line()} is no config var: expected KEY=value.`);
    const value = readValue(rest.slice(match[0].length));
    if (!value) throw new CliError(`The quote that opens in line ${line()} is never closed.`);
    values.push([match[1]!, value.text]);
    rest = value.rest;
  }
}

interface Value {
  text: string;
  rest: string;
}

/** A value and what follows its line; null when a quote stays open. */
function readValue(source: string): Value | null {
  const end = source.indexOf('\n') < 0 ? source.length : source.indexOf('\n');
  if (!/^['"]/.test(source))
    return {
      text: source
        .slice(0, end)
        .replace(/(^|\s)#.*$/, '')
        .trim(),
      rest: source.slice(end + 1),
    };
  let text = '';
  let at = 0;
  while (at < source.length && !/[\s#]/.test(source[at]!)) {
    const piece = readPiece(source, at);
    if (!piece) return null;
    text += piece.text;
    at = piece.next;
  }
  const next = source.indexOf('\n', at);
  return { text, rest: next < 0 ? '' : source.slice(next + 1) };
}

/** One of the quoted strings and letters that a shell joins to a word: `'it'\''s'`. */
function readPiece(source: string, at: number): { text: string; next: number } | null {
  const [first, second = ''] = [source[at]!, source[at + 1]];
  if (first === '\\') return { text: second, next: at + 2 };
  if (first !== "'" && first !== '"') return { text: first, next: at + 1 };
  const match = first === "'" ? /'([^']*)'/y : /"((?:[^"\\]|\\[^])*)"/y;
  match.lastIndex = at;
  const found = match.exec(source);
  if (!found) return null;
  const text = first === "'" ? found[1]! : found[1]!.replace(/\\([nrt"\\$`])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  return { text, next: match.lastIndex };
}
