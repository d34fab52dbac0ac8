// Tells the person at the terminal what is being done, while it is done.

export interface Progress {
  say(text: string): void;
  /** Runs `work`, showing `text` and, when it takes long, the seconds; `work` may name what it is at. */
  step<T>(text: string, work: (at: (detail: string) => void) => Promise<T>): Promise<T>;
}

interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const REPEAT_MS = 10_000;
const LONG_MS = 1_000;

/** On a terminal one line that counts seconds; in a pipe a line now, one each 10 s, and one at the end of long steps. */
export function openProgress(screen: Screen = process.stdout, now: () => number = Date.now): Progress {
  const say = (text: string) => void screen.write(`${text}\n`);
  return {
    say,
    async step(text, work) {
      const began = now();
      let detail = '';
      const line = () => `-----> ${text}${detail && ` (${detail})`}`;
      const draw = () => {
        if (screen.isTTY) screen.write(`\r\x1b[K${`${line()} ${seconds(now() - began)}`.slice(0, (screen.columns ?? 80) - 1)}`);
        else say(`       ${detail || 'still at it'}, ${seconds(now() - began)}`);
      };
      screen.write(screen.isTTY ? line() : `${line()}\n`);
      const timer = setInterval(draw, screen.isTTY ? 1_000 : REPEAT_MS);
      try {
        return await work((at) => (detail = at));
      } finally {
        clearInterval(timer);
        detail = '';
        const took = now() - began;
        if (screen.isTTY) screen.write(`\r\x1b[K${line()}${took > LONG_MS ? ` ${seconds(took)}` : ''}\n`);
        else if (took > LONG_MS) say(`       took ${seconds(took)}`);
      }
    },
  };
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
