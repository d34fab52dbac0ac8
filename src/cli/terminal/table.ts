// Text in columns, as Heroku's CLI lays it out, made to fit the terminal. Cells are cleaned here: they hold other people's words.
import { cleanText, oneLine } from './clean.js';
import type { Style } from './terminal.js';
import { cut, widthOf } from './wrap.js';

/** What stands in a column: text, and how it is shown. */
export interface StyledCell {
  text: string;
  style?: Style | undefined;
  /** Takes the text's place where there is no room for it. */
  short?: string;
  /** Never cut: an id, a version. */
  isWhole?: boolean;
}

export type Cell = string | StyledCell;

/** The screen: how wide it is, null where nobody looks, and its colours. A Terminal is one. */
export interface Look {
  columns: number | null;
  paint(style: Style, text: string): string;
}

const PLAIN: Look = { columns: null, paint: (_, text) => text };
const GAP = '  ';
/** Columns are cut down to this, no further. */
const LEAST = 6;

/** Pads every column but the last to its widest cell, two blanks apart; columns without a word are left out. */
export function alignRows(rows: Cell[][], look: Look = PLAIN): string[] {
  const cells = rows.map((row) => row.map(parse));
  const { texts, widths } = fit(cells, look.columns);
  return texts.map((row, at) => {
    const padded = row.map((text, column) => paint(look, cells[at]![column]!, text) + ' '.repeat(widths[column]! - widthOf(text)));
    return padded
      .filter((_, column) => widths[column]! > 0)
      .join(GAP)
      .trimEnd();
  });
}

/** A table with a line under its head. */
export function table(head: string[], rows: Cell[][], look: Look = PLAIN): string[] {
  const all = [head, ...rows].map((row) => row.map(parse));
  const [title = '', ...lines] = alignRows(all, look);
  const { widths } = fit(all, look.columns);
  return [title, widths.map((width) => '─'.repeat(width)).join(GAP), ...lines];
}

/** `Key:   value` lines, the values in one column; those without a value are left out. */
export function fields(values: Record<string, Cell | null | undefined>, look: Look = PLAIN, keyStyle?: Style): string[] {
  const all = Object.entries(values).map(([key, value]) => ({ key: oneLine(key), value }));
  const present = all.filter((field): field is { key: string; value: Cell } => field.value !== null && field.value !== undefined);
  const width = Math.max(0, ...present.map(({ key }) => widthOf(key))) + 1;
  return present.flatMap(({ key, value }) => {
    const { text, style } = typeof value === 'string' ? { text: value, style: undefined } : value;
    const [first = '', ...more] = cleanText(text).split('\n');
    const label = keyStyle ? look.paint(keyStyle, key) : key;
    const shown = style ? look.paint(style, first) : first;
    return [`${label}:${' '.repeat(width - widthOf(key))}${shown}`.trimEnd(), ...more.map((line) => ' '.repeat(width + 1) + line)];
  });
}

function parse(cell: Cell): StyledCell {
  if (typeof cell === 'string') return { text: oneLine(cell) };
  return { ...cell, text: oneLine(cell.text), ...(cell.short === undefined ? {} : { short: oneLine(cell.short) }) };
}

function paint(look: Look, { style }: StyledCell, text: string): string {
  return style && text !== '' ? look.paint(style, text) : text;
}

interface Fitted {
  texts: string[][];
  widths: number[];
}

/** The words of each cell, and the width of each column: what is too wide takes its short words, then is cut, the widest first. */
function fit(rows: StyledCell[][], columns: number | null): Fitted {
  const full = measure(rows.map((row) => row.map((cell) => cell.text)));
  if (columns === null || total(full.widths) <= columns) return full;
  const short = measure(rows.map((row) => row.map((cell) => cell.short ?? cell.text)));
  const widths = [...short.widths];
  const mayBeCut = widths.map((_, column) => !rows.some((row) => row[column]?.isWhole));
  while (total(widths) > columns) {
    const widest = Math.max(...widths.filter((width, column) => mayBeCut[column] && width > LEAST));
    const at = widths.findIndex((width, column) => mayBeCut[column] && width === widest);
    if (at < 0) break;
    widths[at] = widest - 1;
  }
  return { texts: short.texts.map((row) => row.map((text, column) => cut(text, widths[column]!))), widths };
}

function measure(texts: string[][]): Fitted {
  const widths: number[] = [];
  for (const row of texts) for (const [column, text] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  return { texts, widths };
}

function total(widths: number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, shown.length - 1);
}
