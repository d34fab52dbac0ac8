// The table at the end: what was measured, what was asked for, whether it is met.
import { meets, type Result } from './bench.js';

const HEAD = ['', 'floor', 'ours', 'ratio', 'target', ''];

export function formatTable(results: Result[]): string {
  const rows = [HEAD, ...results.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function row(result: Result): string[] {
  const { target, ratio } = result;
  const met = meets(result);
  const asked = target === null ? '' : 'most' in target ? `≤ ${target.most.toFixed(2)}x` : `≥ ${target.least.toFixed(2)}x`;
  return [
    result.what,
    result.floor,
    result.ours,
    ratio === null ? '' : `${ratio.toFixed(2)}x`,
    asked,
    met === null ? '' : met ? 'pass' : 'miss',
  ];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
