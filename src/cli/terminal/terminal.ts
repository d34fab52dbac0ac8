// Where a command's words go: data to stdout, everything said about it to stderr; colours only where a person looks.
// Whatever is shown passes through here, and nothing that a terminal would obey but our own colours comes out: see clean.ts.
import { cleanText, openCleaner, safeJson } from './clean.js';
import { cut, DEFAULT_COLUMNS, wrap } from './wrap.js';

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
/** Too narrow to break lines for. */
const LEAST_COLUMNS = 20;

export type Style = keyof typeof STYLES;

/** The part of a stream that is written to. */
export interface Sink {
  write(text: string): unknown;
  once?(event: 'drain', listener: () => void): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

export interface Terminal {
  /** A line of data on stdout; in a pipe as it is. */
  print(line?: string): void;
  /** A value as JSON on stdout. */
  printJson(value: unknown): void;
  /** Text on stdout, in a pipe as it is; resolves once more may be written. */
  copy(text: string): Promise<void>;
  /** A line of a stream on stdout, in a pipe as it is; resolves once more may be written. */
  copyLine(line: string): Promise<void>;
  /** Text on stderr, without a line's end. */
  tell(text: string): void;
  /** Text on stderr in place of what its last line held; one that is to be replaced again takes one line of the screen. */
  redraw(text: string, isLast: boolean): void;
  /** ` ›   Warning: …` on stderr. */
  warn(message: string): void;
  /** ` ›   Error: …` on stderr. */
  fail(message: string, o?: { id: string | null; exitCode: number }): void;
  /** Colours text for stdout. */
  paint(style: Style, text: string): string;
  /** Whether stderr is a terminal that can redraw a line. */
  readonly animates: boolean;
  /** Whether stdout has a person in front of it; its width in columns, else null. */
  readonly columns: number | null;
  /** Leaves the line that Ctrl-C broke. */
  interrupt(): void;
}

/** Opens the terminal on two streams. */
export function openTerminal(o: { stdout: Sink; stderr: Sink; env: NodeJS.ProcessEnv }): Terminal {
  const { stdout, stderr } = o;
  const coloursOut = usesColour(stdout, o.env);
  const coloursErr = usesColour(stderr, o.env);
  const cleanChunk = openCleaner(coloursOut);
  const show = (text: string) => (stdout.isTTY ? cleanText(text, coloursOut) : text);
  const notice = (style: Style, message: string) => {
    const bar = coloured(coloursErr, style, '›');
    const lines = wrap(cleanText(message), columnsOf(stderr) === null ? Infinity : Math.max(LEAST_COLUMNS, columnsOf(stderr)! - 5));
    stderr.write(lines.map((line) => ` ${bar}   ${line}`.trimEnd() + '\n').join(''));
  };
  return {
    print: (line = '') => void stdout.write(`${show(line)}\n`),
    printJson: (value) => void stdout.write(`${safeJson(value, 2)}\n`),
    copy: (text) => copyTo(stdout, stdout.isTTY ? cleanChunk(text) : text),
    copyLine: (line) => copyTo(stdout, `${show(line)}\n`),
    tell: (text) => void stderr.write(cleanText(text)),
    redraw: (text, isLast) =>
      void stderr.write(`\r\u001B[K${isLast ? cleanText(text) : cut(cleanText(text), (columnsOf(stderr) ?? DEFAULT_COLUMNS) - 1)}`),
    warn: (message) => notice('yellow', `Warning: ${message}`),
    fail: (message) => notice('red', `Error: ${message}`),
    paint: (style, text) => coloured(coloursOut, style, text),
    animates: Boolean(stderr.isTTY) && o.env['TERM'] !== 'dumb',
    columns: columnsOf(stdout),
    interrupt: () => void (stderr.isTTY && stderr.write('\n')),
  };
}

/** The terminal of a command that was asked for JSON: its talk is silent, its warnings and errors are lines of JSON on stderr. */
export function inJson(terminal: Terminal): Terminal {
  const line = (value: unknown) => terminal.tell(`${safeJson(value)}\n`);
  return {
    ...terminal,
    animates: false,
    tell: () => undefined,
    redraw: () => undefined,
    warn: (message) => line({ warning: message }),
    fail: (message, o) => line({ id: o?.id ?? null, message, exit_code: o?.exitCode ?? 1 }),
  };
}

/** Whether to colour what goes to this stream: NO_COLOR and FORCE_COLOR first, then whether it is a terminal. */
export function usesColour(sink: Sink, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return Boolean(sink.isTTY) && env['TERM'] !== 'dumb';
}

function columnsOf(sink: Sink): number | null {
  return sink.isTTY ? (sink.columns ?? DEFAULT_COLUMNS) : null;
}

async function copyTo(sink: Sink, text: string): Promise<void> {
  if (sink.write(text) !== false || !sink.once) return;
  await new Promise<void>((resolve) => sink.once?.('drain', resolve));
}

function coloured(on: boolean, style: Style, text: string): string {
  return on ? `\u001B[${STYLES[style]}m${text}\u001B[0m` : text;
}
