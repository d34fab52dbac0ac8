// Keeps lines back while something else is on the screen.

type Write = (name: string, line: string) => void;

export interface HeldLines {
  write: Write;
  /** Prints what was kept, and from now on everything as it comes. */
  release(): void;
  /** Forgets what was kept, and from now on prints everything as it comes. */
  drop(): void;
}

/** At most `limit` lines are kept, the latest. */
export function holdLines(print: Write, limit = 500): HeldLines {
  let kept: [string, string][] | undefined = [];
  const open = (lines: [string, string][]) => {
    kept = undefined;
    for (const [name, line] of lines) print(name, line);
  };
  return {
    write(name, line) {
      if (!kept) return print(name, line);
      kept.push([name, line]);
      if (kept.length > limit) kept.shift();
    },
    release: () => open(kept ?? []),
    drop: () => open([]),
  };
}
