// Points in the order of their times, as lists of numbers of one length, to be plotted.
import { percentiles, type Latency } from './latency.js';
import { floor, type Grid } from './levels.js';
import { mergePoints, STATUS_CLASSES, type DynoUse, type Point, type StatusClass } from './point.js';

type Values = (number | null)[];

export interface TimedPoint {
  at: Date;
  point: Point;
}

export interface StatusSeries {
  /** `2xx`, or `all` */
  status: string;
  count: number[];
  /** Milliseconds; null where there was no request. */
  p50: Values;
  p95: Values;
  p99: Values;
}

export interface DynoSeries {
  type: string;
  name: string;
  memoryMb: Values;
  memoryMaxMb: Values;
  load: Values;
}

/** One point for each step of the grid: finer ones are merged, and where there are none it is empty. */
export function spread(points: readonly TimedPoint[], { start, end, stepMs }: Grid): Point[] {
  const steps = Array.from({ length: Math.max(0, (end - start) / stepMs) }, (): Point[] => []);
  for (const { at, point } of points) steps[(floor(at.getTime(), stepMs) - start) / stepMs]?.push(point);
  return steps.map(([first, ...more]) => (more.length === 0 ? (first ?? {}) : mergePoints([first!, ...more])));
}

/** Requests of all statuses, then of each class that was met. */
export function statusSeries(steps: readonly Point[]): StatusSeries[] {
  const met = STATUS_CLASSES.filter((status) => steps.some((step) => step.requests?.[status]));
  return [series('all', steps, met), ...met.map((status) => series(status, steps, [status]))];
}

function series(status: string, steps: readonly Point[], classes: readonly StatusClass[]): StatusSeries {
  const shares = steps.map((step) => percentiles(latenciesOf(step, classes), [0.5, 0.95, 0.99]).map(rounded));
  const [p50, p95, p99] = [0, 1, 2].map((at) => shares.map((each) => each[at] ?? null)) as [Values, Values, Values];
  const count = steps.map((step) => classes.reduce((sum, each) => sum + (step.requests?.[each]?.count ?? 0), 0));
  return { status, count, p50, p95, p99 };
}

function latenciesOf({ requests }: Point, classes: readonly StatusClass[]): Latency[] {
  return classes.flatMap((each) => (requests?.[each] ? [requests[each].latency] : []));
}

/** Dynos by type and name, of which there are `most` at most: those that were seen last. */
export function dynoSeries(steps: readonly Point[], most: number, isWanted: (name: string, type: string) => boolean): DynoSeries[] {
  const types = new Map<string, string>();
  for (const step of steps.toReversed()) {
    for (const [name, { type }] of Object.entries(step.dynos ?? {})) {
      if (types.size < most && !types.has(name) && isWanted(name, type)) types.set(name, type);
    }
  }
  const sorted = [...types].toSorted(([a, typeA], [b, typeB]) => compare(typeA, typeB) || numberOf(a) - numberOf(b));
  return sorted.map(([name, type]) => {
    const values = (read: (use: DynoUse) => number) => steps.map(({ dynos }) => (dynos?.[name] ? read(dynos[name]) : null));
    return {
      type,
      name,
      memoryMb: values((use) => use.memoryMb),
      memoryMaxMb: values((use) => use.memoryMaxMb),
      load: values((use) => use.load),
    };
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberOf(name: string): number {
  return Number(name.split('.').at(-1)) || 0;
}

/** To three digits: more would be made up. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}
