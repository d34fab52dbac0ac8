// Which dynos a node has room for, by the memory of their sizes. Pure.

/** A dyno that has room, or wants it. */
export interface Holder {
  id: string;
  appId: string;
  /** Two of one name, the old and the new, count once: a restart never waits for room. */
  name: string;
  memoryMb: number;
}

/** The memory that these have together, in MB. */
export function usedMb(holders: Iterable<Holder>): number {
  return [...byName(holders).values()].reduce((sum, mb) => sum + mb, 0);
}

/** Those of the queue that may have room now: in their order, but a large one doesn't keep small ones from what is left. */
export function admit<H extends Holder>(holders: Iterable<Holder>, queue: readonly H[], capacityMb: number): H[] {
  const taken = byName(holders);
  let left = capacityMb - [...taken.values()].reduce((sum, mb) => sum + mb, 0);
  return queue.filter((wanted) => {
    const before = taken.get(key(wanted)) ?? 0;
    const more = Math.max(0, wanted.memoryMb - before);
    if (more > 0 && more > left) return false;
    taken.set(key(wanted), before + more);
    left -= more;
    return true;
  });
}

function byName(holders: Iterable<Holder>): Map<string, number> {
  const all = new Map<string, number>();
  for (const holder of holders) all.set(key(holder), Math.max(all.get(key(holder)) ?? 0, holder.memoryMb));
  return all;
}

function key({ appId, name }: Holder): string {
  return `${appId} ${name}`;
}
