// Reads a part of a list: from one place on, as many rows as are wished for and one more, which tells whether that was the end.
import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import { isUuid } from '../lib/is-uuid.js';
import { PlatformError } from '../model/errors.js';
import { readPlace, sharedPlace, type Page, type Range } from '../model/page.js';
import type { Schema } from './schema.js';

/** What a list can be sorted by. Rows may share a time, but nothing else. */
export interface SortKey {
  column: string;
  kind: 'text' | 'number' | 'uuid' | 'time';
}

/** As we show them, or finer. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/;

type Query<Table extends keyof Schema, Row> = SelectQueryBuilder<Schema, Table, Row>;

/** Rows of the query in the range's order. Throws `requested_range_not_satisfiable` for a start or end that can't be. */
export async function readPage<Table extends keyof Schema, Row extends { id: string }>(
  query: Query<Table, Row>,
  range: Range,
  keys: Record<string, SortKey>,
): Promise<Page<Row>> {
  const key = keys[range.property];
  if (!key) throw unusable(range.property, 'is nothing that this list is sorted by');
  const column = sql.ref(key.column);
  const place =
    key.kind === 'time'
      ? sql<string>`to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
      : sql<string>`${column}::text`;
  const order = sql.raw(range.order);
  let wished = query.select(place.as('rangePlace'));
  for (const bound of boundsOf(key, range)) wished = wished.where(bound);
  wished = wished.orderBy(sql`${column} ${order}`).$if(key.kind === 'time', (some) => some.orderBy(sql`id ${order}`));
  const rows = (await wished.limit(range.max + 1).execute()) as (Row & { rangePlace: string })[];
  const items = rows.slice(0, range.max);
  const last = rows.length > items.length ? items.at(-1) : undefined;
  const cursor = last ? (key.kind === 'time' ? sharedPlace(last.rangePlace, last.id) : last.rangePlace) : null;
  return { items: items.map(({ rangePlace: _place, ...row }) => row as unknown as Row), cursor };
}

function boundsOf(key: SortKey, range: Range): RawBuilder<boolean>[] {
  const isUp = range.order === 'asc';
  const bounds: RawBuilder<boolean>[] = [];
  if (range.start !== null) bounds.push(isUp ? from(key, range.start, range.startIsOut) : upTo(key, range.start, range.startIsOut));
  if (range.end !== null) bounds.push(isUp ? upTo(key, range.end, range.endIsOut) : from(key, range.end, range.endIsOut));
  return bounds;
}

function from(key: SortKey, text: string, isOut: boolean): RawBuilder<boolean> {
  const column = sql.ref(key.column);
  const { value, id } = valueOf(key, text);
  if (id) return sql<boolean>`(${column}, id) > (${value}, ${id}::uuid)`;
  if (key.kind === 'time' && isOut) return sql<boolean>`${column} >= ${value} + interval '1 millisecond'`;
  return isOut ? sql<boolean>`${column} > ${value}` : sql<boolean>`${column} >= ${value}`;
}

function upTo(key: SortKey, text: string, isOut: boolean): RawBuilder<boolean> {
  const column = sql.ref(key.column);
  const { value, id } = valueOf(key, text);
  if (id) return sql<boolean>`(${column}, id) < (${value}, ${id}::uuid)`;
  // What is shown is cut to the millisecond: one that is named holds all that is in it.
  if (key.kind === 'time' && !isOut) return sql<boolean>`${column} < ${value} + interval '1 millisecond'`;
  return isOut ? sql<boolean>`${column} < ${value}` : sql<boolean>`${column} <= ${value}`;
}

function valueOf({ kind }: SortKey, text: string): { value: RawBuilder<unknown>; id: string | null } {
  if (kind === 'text') return { value: sql`${text}::text`, id: null };
  if (kind === 'number' && /^\d{1,9}$/.test(text)) return { value: sql`${Number(text)}::integer`, id: null };
  if (kind === 'uuid' && isUuid(text)) return { value: sql`${text}::uuid`, id: null };
  const place = readPlace(text);
  const time = /^\d{4}-\d\d-\d\d$/.test(place.value) ? `${place.value}T00:00:00Z` : place.value;
  const isPlace = TIME.test(time) && !Number.isNaN(Date.parse(time)) && (place.id === null || isUuid(place.id));
  if (kind === 'time' && isPlace) return { value: sql`${time}::timestamptz`, id: place.id };
  throw unusable(text, { number: 'is no number', uuid: 'is no id', time: 'is no time such as 2026-11-28T12:00:00Z' }[kind]);
}

function unusable(text: string, why: string): PlatformError {
  return new PlatformError('requested_range_not_satisfiable', `Range: ${JSON.stringify(text)} ${why}.`);
}
