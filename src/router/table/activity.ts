// Which apps are being asked for, by app and in memory only: a request costs a number in a map.

export interface Activity {
  /** A request for the app has begun, or waits; the returned function is to be called when it is over, whatever became of it. */
  begin(appId: string): () => void;
  /** Apps with a request under way or since they were forgotten, and when the last one was (ms since the epoch). */
  seen(): Map<string, number>;
  /** Drops what was seen, but for requests that came later or are still under way. */
  forget(seen: ReadonlyMap<string, number>): void;
}

export function openActivity(now: () => number = Date.now): Activity {
  const underWay = new Map<string, number>();
  const lastAt = new Map<string, number>();
  return {
    begin(appId) {
      underWay.set(appId, (underWay.get(appId) ?? 0) + 1);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        const left = (underWay.get(appId) ?? 1) - 1;
        if (left > 0) underWay.set(appId, left);
        else underWay.delete(appId);
        lastAt.set(appId, now());
      };
    },
    seen() {
      const at = now();
      return new Map([...lastAt, ...[...underWay.keys()].map((appId) => [appId, at] as const)]);
    },
    forget(seen) {
      for (const [appId, at] of seen) if ((lastAt.get(appId) ?? Infinity) <= at) lastAt.delete(appId);
    },
  };
}
