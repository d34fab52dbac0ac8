// Ids as people read and type them: their first characters, as many as tell them apart.
import { CliError } from '../api/errors.js';
import type { StyledCell } from './table.js';

const SHOWN = 8;
const FEWEST_TYPED = 4;
const ID_LENGTH = 36;

/** Cells for a column of ids: short where a person looks, whole in a pipe. */
export function idCells(ids: string[], columns: number | null): StyledCell[] {
  const length = columns === null ? ID_LENGTH : shortest(ids);
  return ids.map((id) => ({ text: id.slice(0, length), isWhole: true }));
}

/** Whether this is the beginning of an id, and not all of one. */
export function isPrefix(text: string): boolean {
  return text.length >= FEWEST_TYPED && text.length < ID_LENGTH && /^[0-9a-f-]+$/i.test(text);
}

/** The only thing whose id begins so. Throws CliError when several do, or none: `what` is the noun, as in "build". */
export function findByPrefix<T extends { id: string }>(things: T[], prefix: string, what: string): T {
  const found = things.filter(({ id }) => id.startsWith(prefix.toLowerCase()));
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw new CliError(`No ${what} has an id that begins with ${prefix}.`, 2);
  const list = found
    .slice(0, 10)
    .map(({ id }) => `  ${id}`)
    .join('\n');
  throw new CliError(`The ids of ${found.length} ${what}s begin with ${prefix}: type more of it.\n${list}`);
}

function shortest(ids: string[]): number {
  let length = SHOWN;
  while (length < ID_LENGTH && new Set(ids.map((id) => id.slice(0, length))).size < new Set(ids).size) length += 1;
  return length;
}
