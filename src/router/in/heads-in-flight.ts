// How many bytes of request heads are held for all clients of a port together, and who goes when they are too many: each
// head may be large, and its end late.

/** Whose head it is. */
export interface HeadOwner {
  cutOff(): void;
}

export interface HeadsInFlight {
  /** So many bytes of heads that aren't whole, or wait their turn, are held for it now. */
  grow(owner: HeadOwner, bytes: number): void;
  /** Holds the bytes of a large head at work until they are let go; false when there is no room for them. */
  hold(bytes: number): boolean;
  letGo(bytes: number): void;
}

/** Heads up to this are not counted while their requests are at work. */
export const SMALL_HEAD = 16_384;

export function countHeads(mostBytes: number): HeadsInFlight {
  const owners = new Map<HeadOwner, number>();
  let unfinished = 0;
  let atWork = 0;

  function forget(owner: HeadOwner): void {
    unfinished -= owners.get(owner) ?? 0;
    owners.delete(owner);
  }

  function cutLargest(): void {
    const [largest] = [...owners].sort(([, a], [, b]) => b - a)[0] ?? [];
    if (!largest) return;
    forget(largest);
    largest.cutOff();
  }

  return {
    grow(owner, bytes) {
      if (bytes === 0 && !owners.has(owner)) return;
      forget(owner);
      if (bytes === 0) return;
      owners.set(owner, bytes);
      unfinished += bytes;
      while (unfinished + atWork > mostBytes && owners.size > 0) cutLargest();
    },
    hold(bytes) {
      if (unfinished + atWork + bytes > mostBytes) return false;
      atWork += bytes;
      return true;
    },
    letGo: (bytes) => void (atWork -= bytes),
  };
}
