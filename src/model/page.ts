// Lists come in pieces: which part of one is wished for, and what comes of it.

export interface Range {
  /** What the list is sorted by. */
  property: string;
  start: string | null;
  startIsOut: boolean;
  end: string | null;
  endIsOut: boolean;
  max: number;
  order: 'asc' | 'desc';
}

export interface Page<T> {
  items: T[];
  /** The last item's place, after which the next piece begins; null where this was the end. */
  cursor: string | null;
}

/** A page of the same items in another form. */
export function withItems<T>({ cursor }: Page<unknown>, items: T[]): Page<T> {
  return { items, cursor };
}

/** Where an item stands in a list whose property more than one may share. */
export function sharedPlace(value: string, id: string): string {
  return `${value}~${id}`;
}

/** A place as it came: its value, and the id of the item that stands there where it tells one. */
export function readPlace(text: string): { value: string; id: string | null } {
  const at = text.lastIndexOf('~');
  return at < 0 ? { value: text, id: null } : { value: text.slice(0, at), id: text.slice(at + 1) };
}
