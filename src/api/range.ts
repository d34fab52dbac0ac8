// Lists come in pieces: `Range: version ]3..; max=10, order=desc` → 206 and `Next-Range` (platform reference §11.1).
//
//   range   = property [ "]" | "[" ] [ start ] ".." [ end ] [ "]" | "[" ] [ options ]
//   options = { ( ";" | "," ) [ "max=" number | "order=" ( "asc" | "desc" ) ] }
//
// Start and end are read in the list's own order; "]start" leaves the start out, "end[" the end.
import type { Context } from 'koa';
import { PlatformError } from '../model/errors.js';

export interface Range {
  property: string;
  start: string | null;
  startIsOut: boolean;
  end: string | null;
  endIsOut: boolean;
  max: number;
  order: 'asc' | 'desc';
}

type Item = Record<string, unknown>;

const RANGE = /^([a-z_]+)\s+([\][])?([^\s;,\][]*?)\.\.([^\s;,\][]*)([\][])?\s*((?:[;,]\s*[^;,]*)*)$/;
const DEFAULT_MAX = 200;
const LARGEST_MAX = 1000;
const LONGEST = 300;

/** Parses a Range header; an absent or empty one is the first 200 by the first of the properties. */
export function parseRange(header: string, properties: readonly [string, ...string[]]): Range {
  const whole: Range = {
    property: properties[0],
    start: null,
    startIsOut: false,
    end: null,
    endIsOut: false,
    max: DEFAULT_MAX,
    order: 'asc',
  };
  const text = header.trim();
  if (text === '') return whole;
  const match = text.length > LONGEST ? null : RANGE.exec(text);
  const property = match?.[1] ?? '';
  if (!match || !properties.includes(property))
    throw unusable(
      `Range ${JSON.stringify(text.slice(0, LONGEST))} can't be used; write "${properties[0]} ..; max=10", with one ` +
        `of: ${properties.join(', ')}.`,
    );
  return {
    property,
    start: match[3] || null,
    startIsOut: match[2] === ']',
    end: match[4] || null,
    endIsOut: match[5] === '[',
    ...readOptions(match[6] ?? ''),
  };
}

function readOptions(text: string): Pick<Range, 'max' | 'order'> {
  const options: Pick<Range, 'max' | 'order'> = { max: DEFAULT_MAX, order: 'asc' };
  for (const option of text
    .split(/[;,]/)
    .map((each) => each.trim())
    .filter(Boolean)) {
    const [name = '', value = ''] = option.split('=').map((each) => each.trim());
    if (name === 'max' && /^[1-9]\d{0,8}$/.test(value)) options.max = Math.min(Number(value), LARGEST_MAX);
    else if (name === 'order' && (value === 'asc' || value === 'desc')) options.order = value;
    else
      throw unusable(
        `Range option ${JSON.stringify(option)} can't be used; there are max=1 to max=${LARGEST_MAX}, order=asc and order=desc.`,
      );
  }
  return options;
}

export interface Slice<T> {
  items: T[];
  /** `version 3..12`; null for an empty list. */
  contentRange: string | null;
  /** What to ask for next; null when this was the end. */
  nextRange: string | null;
}

/** The part of a list that a range names. */
export function takeRange<T extends Item>(all: T[], range: Range): Slice<T> {
  const { property } = range;
  const sign = range.order === 'desc' ? -1 : 1;
  const sorted = all.toSorted((a, b) => sign * compare(a[property], b[property]));
  const within = sorted.filter((item) => isWithin(item[property], range, sign));
  const items = within.slice(0, range.max);
  const [first, last] = [items[0]?.[property], items.at(-1)?.[property]];
  const options = `; max=${range.max}${range.order === 'desc' ? ', order=desc' : ''}`;
  const end = range.end === null ? '' : `${range.end}${range.endIsOut ? '[' : ''}`;
  return {
    items,
    contentRange: items.length ? `${property} ${String(first)}..${String(last)}` : null,
    nextRange: within.length > items.length ? `${property} ]${String(last)}..${end}${options}` : null,
  };
}

function isWithin(value: unknown, range: Range, sign: number): boolean {
  const fromStart = range.start === null ? 1 : sign * compare(value, range.start);
  const toEnd = range.end === null ? 1 : sign * -compare(value, range.end);
  return (range.startIsOut ? fromStart > 0 : fromStart >= 0) && (range.endIsOut ? toEnd > 0 : toEnd >= 0);
}

/** Numbers as numbers, all else as text. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number') return a - Number(b);
  const [x, y] = [String(a), String(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Answers with the part of a list that the request's Range names. */
export function replyList(http: Context, all: Item[], properties: readonly [string, ...string[]]): void {
  const slice = takeRange(all, parseRange(http.get('range'), properties));
  http.set('Accept-Ranges', properties.join(', '));
  if (slice.contentRange) http.set('Content-Range', slice.contentRange);
  if (slice.nextRange) http.set('Next-Range', slice.nextRange);
  http.status = slice.nextRange ? 206 : 200;
  http.body = slice.items;
}

function unusable(message: string): PlatformError {
  return new PlatformError('requested_range_not_satisfiable', message);
}
