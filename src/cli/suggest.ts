// What someone probably meant to type.

const MAX_DISTANCE = 3;

/** The name nearest to what was typed, or undefined when none is near: a third of its letters may differ. */
export function suggest(typed: string, names: string[]): string | undefined {
  const ranked = names.map((name) => ({ name, distance: distance(typed, name) })).sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const limit = Math.min(MAX_DISTANCE, Math.ceil(typed.length / 3));
  return best && best.distance <= limit ? best.name : undefined;
}

/** Levenshtein's distance: insertions, deletions and substitutions between two words. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
