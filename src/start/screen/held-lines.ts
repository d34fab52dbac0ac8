// Keeps lines back while something else is on the screen.

type Write = (name: string, line: string) => void;

export interface HeldLines {
  write: Write;
  /** Prints what was kept, and from now on what comes; of both only the lines that are wanted. */
  release(isWanted?: (line: string) => boolean): void;
  /** Forgets what was kept, and from now on prints what comes and is wanted. */
  drop(isWanted?: (line: string) => boolean): void;
}

/** At most `limit` lines are kept, the latest. */
export function holdLines(print: Write, limit = 500): HeldLines {
  let kept: [string, string][] | undefined = [];
  let passes: (line: string) => boolean = () => true;
  const open = (lines: [string, string][], isWanted: (line: string) => boolean = () => true) => {
    kept = undefined;
    passes = isWanted;
    for (const [name, line] of lines) if (passes(line)) print(name, line);
  };
  return {
    write(name, line) {
      if (!kept) return passes(line) ? print(name, line) : undefined;
      kept.push([name, line]);
      if (kept.length > limit) kept.shift();
    },
    release: (isWanted) => open(kept ?? [], isWanted),
    drop: (isWanted) => open([], isWanted),
  };
}
