// Lists come in pieces: `Range: version ]3..; max=10, order=desc` → 206 and `Next-Range`
// (devcenter.heroku.com/articles/platform-api-reference#ranges).
//
//   range   = property [ "]" | "[" ] [ start ] ".." [ end ] [ "]" | "[" ] [ options ]
//   options = { ( ";" | "," ) [ "max=" number | "order=" ( "asc" | "desc" ) ] }
//
// Start and end are read in the list's own order; "]start" leaves the start out, "end[" the end.
import type { Context } from 'koa';
import { PlatformError } from '../model/errors.js';
import { readPlace, sharedPlace, type Page, type Range } from '../model/page.js';

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

/** The part of a whole list that a range names. Items that share a value stay in the order they are in. */
export function takeRange<T extends Item>(all: T[], range: Range): Page<T> {
  const { property } = range;
  const up = all.toSorted((a, b) => compare(a[property], b[property]));
  const isDown = range.order === 'desc';
  const items = afterPlace(isDown ? up.toReversed() : up, range).filter((item) => isWithin(item[property], range, isDown ? -1 : 1));
  const [last, next] = [items[range.max - 1], items[range.max]];
  if (!last || !next) return { items, cursor: null };
  const isShared = compare(last[property], next[property]) === 0;
  const cursor = isShared ? sharedPlace(String(last[property]), String(last['id'])) : String(last[property]);
  return { items: items.slice(0, range.max), cursor };
}

/** What comes after the item that the range's start names by id, where it does. */
function afterPlace<T extends Item>(sorted: T[], { start }: Range): T[] {
  const id = start === null ? null : readPlace(start).id;
  const at = id === null ? -1 : sorted.findIndex((item) => item['id'] === id);
  return sorted.slice(at + 1);
}

function isWithin(value: unknown, range: Range, sign: number): boolean {
  return isBeyond(value, range.start, range.startIsOut, sign) && isBeyond(value, range.end, range.endIsOut, -sign);
}

/** Whether a value comes after a bound, or at it where that is in, or where it is an item that was found. */
function isBeyond(value: unknown, bound: string | null, isOut: boolean, sign: number): boolean {
  if (bound === null) return true;
  const place = readPlace(bound);
  const distance = sign * compare(value, place.value);
  return isOut && place.id === null ? distance > 0 : distance >= 0;
}

/** Numbers as numbers, all else as text. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number') return a - Number(b);
  const [x, y] = [String(a), String(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** `version 3..12`; null for an empty page. */
export function contentRange({ items }: Page<Item>, { property }: Range): string | null {
  return items.length ? `${property} ${String(items[0]![property])}..${String(items.at(-1)![property])}` : null;
}

/** What to ask for next; null when this was the end. */
export function nextRange({ cursor }: Page<Item>, range: Range): string | null {
  if (cursor === null) return null;
  const end = range.end === null ? '' : `${range.end}${range.endIsOut ? '[' : ''}`;
  return `${range.property} ]${cursor}..${end}; max=${range.max}${range.order === 'desc' ? ', order=desc' : ''}`;
}

/** Answers with a page of a list. */
export function replyPage(http: Context, range: Range, by: readonly string[], page: Page<Item>): void {
  const [content, next] = [contentRange(page, range), nextRange(page, range)];
  http.set('Accept-Ranges', by.join(', '));
  if (content) http.set('Content-Range', content);
  if (next) http.set('Next-Range', next);
  http.status = next ? 206 : 200;
  http.body = page.items;
}

function unusable(message: string): PlatformError {
  return new PlatformError('requested_range_not_satisfiable', message);
}
