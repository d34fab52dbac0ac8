// Numbers as a line of blocks: ▁▂▃▄▅▆▇█, from 0 to the most. A blank is where nothing was measured.

const BLOCKS = [...'▁▂▃▄▅▆▇█'];

type Values = readonly (number | null)[];

/** As many values as there are columns: of those that share one, the most is shown, so that no peak is lost. */
export function squeeze(values: Values, columns: number): (number | null)[] {
  if (values.length <= columns) return [...values];
  return Array.from({ length: columns }, (_, column) => {
    const [from, to] = [column, column + 1].map((each) => Math.round((each * values.length) / columns));
    return mostOf(values.slice(from, to));
  });
}

/** A block for each value. */
export function sparkline(values: Values): string {
  const most = mostOf(values) ?? 0;
  return values.map((value) => (value === null ? ' ' : blockOf(most === 0 ? 0 : value / most))).join('');
}

/** The most of what there is; null where there is nothing. */
export function mostOf(values: Values): number | null {
  return values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null);
}

function blockOf(share: number): string {
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length))]!;
}
