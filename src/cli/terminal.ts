// Where a command's words go: data to stdout, everything said about it to stderr; colours only where a person looks.

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

export type Style = keyof typeof STYLES;

/** The part of a stream that is written to. */
export interface Sink {
  write(text: string): unknown;
  once?(event: 'drain', listener: () => void): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

export interface Terminal {
  /** A line of data on stdout. */
  print(line?: string): void;
  /** A value as JSON on stdout. */
  printJson(value: unknown): void;
  /** Text on stdout as it is; resolves once more may be written. */
  copy(text: string): Promise<void>;
  /** Text on stderr as it is, without a line's end. */
  tell(text: string): void;
  /** ` ›   Warning: …` on stderr. */
  warn(message: string): void;
  /** ` ›   Error: …` on stderr. */
  fail(message: string): void;
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
  const notice = (style: Style, message: string) => {
    const bar = coloured(coloursErr, style, '›');
    stderr.write(message.split('\n').map((line) => ` ${bar}   ${line}`.trimEnd() + '\n').join(''));
  };
  return {
    print: (line = '') => void stdout.write(`${line}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    copy: (text) => copyTo(stdout, text),
    tell: (text) => void stderr.write(text),
    warn: (message) => notice('yellow', `Warning: ${message}`),
    fail: (message) => notice('red', `Error: ${message}`),
    paint: (style, text) => coloured(coloursOut, style, text),
    animates: Boolean(stderr.isTTY) && o.env['TERM'] !== 'dumb',
    columns: stdout.isTTY ? (stdout.columns ?? 80) : null,
    interrupt: () => void (stderr.isTTY && stderr.write('\n')),
  };
}

/** Whether to colour what goes to this stream: NO_COLOR and FORCE_COLOR first, then whether it is a terminal. */
export function usesColour(sink: Sink, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return Boolean(sink.isTTY) && env['TERM'] !== 'dumb';
}

async function copyTo(sink: Sink, text: string): Promise<void> {
  if (sink.write(text) !== false || !sink.once) return;
  await new Promise<void>((resolve) => sink.once?.('drain', resolve));
}

function coloured(on: boolean, style: Style, text: string): string {
  return on ? `\u001B[${STYLES[style]}m${text}\u001B[0m` : text;
}
