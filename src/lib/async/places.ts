// Room for a few things that are made ahead of being wanted. One takes its place when it is begun, and leaves it when it is gone:
// what is being made or removed counts like what is there.

export interface Places {
  /** Takes a place; null when there is none. Call what it gives when the thing is gone, or is made ahead no more; again does nothing. */
  take(): (() => void) | null;
}

/** So many places. */
export function openPlaces(most: number): Places {
  let taken = 0;
  return {
    take() {
      if (taken >= most) return null;
      taken += 1;
      let isLeft = false;
      return () => {
        if (!isLeft) taken -= 1;
        isLeft = true;
      };
    },
  };
}
