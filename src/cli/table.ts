// Text in columns, as Heroku's CLI lays it out.
import { stripVTControlCharacters } from 'node:util';

/** Pads every column but the last to its widest cell, two blanks apart; colours don't count. */
export function alignRows(rows: string[][]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, shownLength(cell));
  return rows.map((row) => row.map((cell, column) => cell + ' '.repeat(widths[column]! - shownLength(cell))).join('  ').trimEnd());
}

/** A table with a line under its head. */
export function table(head: string[], rows: string[][]): string[] {
  const lines = alignRows([head, ...rows, head.map(() => '')]).slice(0, -1);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => shownLength(row[column] ?? ''))));
  return [lines[0]!, widths.map((width) => '─'.repeat(width)).join('  '), ...lines.slice(1)];
}

/** `Key:   value` lines, the values in one column; those without a value are left out. */
export function fields(values: Record<string, string | null | undefined>): string[] {
  const present = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== undefined);
  const width = Math.max(0, ...present.map(([key]) => shownLength(key))) + 1;
  return present.map(([key, value]) => `${key}:${' '.repeat(width - shownLength(key))}${value}`.trimEnd());
}

function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
