// What the pusher reads. Written as it comes; remembers how it ended, so that blank lines come out single.

export interface Printer {
  print(text: string | Buffer): void;
  line(text?: string): void;
  /** ` !     text`, for each line of it. */
  warn(text: string): void;
  /** Begins a new line unless one has just begun. */
  freshLine(): void;
  /** Makes the line above a blank one. */
  blankLine(): void;
}

/** `write` must keep the order. */
export function openPrinter(write: (chunk: string | Buffer) => void): Printer {
  let tail = '\n\n';
  const print = (text: string | Buffer) => {
    if (text.length === 0) return;
    write(text);
    tail = (tail + text.slice(-2).toString()).slice(-2);
  };
  const freshLine = () => {
    if (!tail.endsWith('\n')) print('\n');
  };
  return {
    print,
    line: (text = '') => print(`${text}\n`),
    warn(text) {
      freshLine();
      for (const line of text.split('\n')) print(` !     ${line}\n`);
    },
    freshLine,
    blankLine() {
      freshLine();
      if (tail !== '\n\n') print('\n');
    },
  };
}
