// What a drain hasn't sent yet: lines in order, of which the oldest give way when there are too many; they are counted. All buffers of
// a process share what they may take together: beyond it the largest gives way.
import type { NumberedLine } from './numbered-lines.js';

export interface Lost {
  count: number;
  /** Milliseconds since the epoch. */
  since: number;
}

export interface LineBuffer {
  push(lines: readonly NumberedLine[]): void;
  /** Lines that were taken, and have to be sent once more, and what was to be said of those before them. */
  putBack(lines: readonly NumberedLine[], lost: Lost | null): void;
  /** Counts lines that never came here. */
  lose(count: number): void;
  /** The oldest, of about so many characters; one at least, where there is any. */
  take(chars: number): NumberedLine[];
  /** What has been lost since this was last asked; null for nothing. */
  takeLost(): Lost | null;
  /** From now on so many lines at most. */
  keep(most: number): void;
  close(): void;
  readonly chars: number;
  readonly size: number;
}

export interface BufferPool {
  open(o: { lines: number; chars: number; now: () => number; onLoss?: (count: number) => void }): LineBuffer;
}

/** @param o.chars what all buffers may hold together */
export function makeBufferPool(o: { chars: number }): BufferPool {
  const buffers = new Set<LineBuffer & { dropOldest(): void }>();
  let total = 0;

  return {
    open({ lines: mostLines, chars: mostChars, now, onLoss }) {
      let lines: NumberedLine[] = [];
      /** Those before it are gone; they are cut off now and then. */
      let head = 0;
      let chars = 0;
      let most = mostLines;
      let lost: Lost | null = null;

      function lose(count: number): void {
        lost ??= { count: 0, since: now() };
        lost.count += count;
        onLoss?.(count);
      }

      function shift(): NumberedLine {
        const line = lines[head]!;
        head += 1;
        count(-line.text.length);
        if (head > 1_000 && head * 2 > lines.length) {
          lines = lines.slice(head);
          head = 0;
        }
        return line;
      }

      function count(by: number): void {
        chars += by;
        total += by;
      }

      function fit(): void {
        let dropped = 0;
        for (; size() > most || (chars > mostChars && size() > 1); dropped += 1) shift();
        if (dropped > 0) lose(dropped);
        while (total > o.chars) [...buffers].reduce((a, b) => (b.chars > a.chars ? b : a)).dropOldest();
      }

      const size = () => lines.length - head;
      const buffer = {
        lose,
        push(more: readonly NumberedLine[]) {
          for (const line of more) {
            lines.push(line);
            count(line.text.length);
          }
          fit();
        },
        putBack(more: readonly NumberedLine[], before: Lost | null) {
          if (before) lost = { count: before.count + (lost?.count ?? 0), since: before.since };
          lines = [...more, ...lines.slice(head)];
          head = 0;
          for (const line of more) count(line.text.length);
          fit();
        },
        take(limit: number) {
          const taken: NumberedLine[] = [];
          for (let sum = 0; size() > 0;) {
            sum += lines[head]!.text.length;
            if (sum > limit && taken.length > 0) break;
            taken.push(shift());
          }
          return taken;
        },
        takeLost() {
          const told = lost;
          lost = null;
          return told;
        },
        keep(limit: number) {
          most = limit;
          fit();
        },
        dropOldest() {
          const many = Math.ceil(size() / 8);
          for (let dropped = 0; dropped < many; dropped += 1) shift();
          lose(many);
        },
        close() {
          count(-chars);
          lines = [];
          head = 0;
          buffers.delete(buffer);
        },
        get chars() {
          return chars;
        },
        get size() {
          return size();
        },
      };
      buffers.add(buffer);
      return buffer;
    },
  };
}
