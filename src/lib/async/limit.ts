// A gate that lets so many through at a time; the others wait in order.

export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `most` pieces of work run at a time. */
export function limit(most: number): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
