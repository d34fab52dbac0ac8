// The screen of `paas metrics`: a line of blocks for each series, with what it is now and was at most.
import type { DynoMetricsResource, RouterMetricsResource } from '../../api/resources.js';
import { oneLine } from '../../terminal/clean.js';
import { alignRows, type Cell, type Look } from '../../terminal/table.js';
import type { Style } from '../../terminal/terminal.js';
import { widthOf } from '../../terminal/wrap.js';
import { mostOf, sparkline, squeeze } from './sparkline.js';

type Values = readonly (number | null)[];
type Screen = Look & { app: string; window: string };

interface Row {
  name: string;
  values: Values;
  text(value: number): string;
  style: Style;
}

/** What the columns beside a line take, with the gaps between. */
const BESIDE = 34;
const [NARROWEST, WIDEST] = [20, 144];

/** Sections with a head each; one without a value says so. */
export function drawMetrics(router: RouterMetricsResource, { dynos }: DynoMetricsResource, screen: Screen): string[] {
  const all = router.statuses.find(({ status }) => status === 'all');
  const classes = router.statuses.filter(({ status }) => status !== 'all');
  const perS = (count: readonly number[]) => count.map((each) => each / router.step);
  const sections: [string, Row[]][] = [
    [
      'Requests per second',
      classes.map(({ status, count }) => ({ name: status, values: perS(count), text: rate, style: styleOf(status) })),
    ],
    [
      'Response time',
      (['p50', 'p95', 'p99'] as const).map((name) => ({ name, values: all?.[name] ?? [], text: milliseconds, style: 'cyan' })),
    ],
    ['Memory', dynos.map(({ name, memory_max: values }) => ({ name, values, text: megabytes, style: 'blue' }))],
    ['Load', dynos.map(({ name, load: values }) => ({ name, values, text: (load) => load.toFixed(2), style: 'magenta' }))],
  ];
  const head = `=== ${oneLine(screen.app)}, the last ${screen.window}`;
  return [screen.paint('bold', head), ...sections.flatMap(([title, rows]) => ['', ...section(title, rows, screen)])];
}

function section(title: string, rows: Row[], screen: Screen): string[] {
  const measured = rows.filter(({ values }) => mostOf(values) !== null);
  if (measured.length === 0) return [screen.paint('bold', title), screen.paint('dim', 'nothing yet')];
  const names = Math.max(...measured.map(({ name }) => widthOf(oneLine(name))));
  const columns = Math.min(WIDEST, Math.max(NARROWEST, (screen.columns ?? WIDEST) - names - BESIDE));
  return [
    screen.paint('bold', title),
    ...alignRows(
      measured.map((row) => cellsOf(row, columns)),
      screen,
    ),
  ];
}

function cellsOf({ name, values, text, style }: Row, columns: number): Cell[] {
  const now = values.at(-1) ?? null;
  const line = { text: sparkline(squeeze(values, columns)), style, isWhole: true };
  return [name, line, `now ${now === null ? '-' : text(now)}`, `most ${text(mostOf(values)!)}`];
}

function styleOf(status: string): Style {
  return status === '5xx' ? 'red' : status === '4xx' ? 'yellow' : 'green';
}

function rate(perS: number): string {
  return perS === 0 || perS >= 10 ? perS.toFixed(0) : perS.toPrecision(2);
}

function milliseconds(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

function megabytes(mb: number): string {
  return `${Math.round(mb)} MB`;
}
