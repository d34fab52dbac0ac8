// Numbers that look random and are the same for the same seed, on any machine (mulberry32).

export interface Random {
  /** From 0 to `end` - 1. */
  below(end: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A list of `least` to `most` of what `make` makes. */
  some<T>(least: number, most: number, make: () => T): T[];
}

export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    chance: (share) => next() < share,
    pick: (list) => list[below(list.length)]!,
    some: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
  };
}
