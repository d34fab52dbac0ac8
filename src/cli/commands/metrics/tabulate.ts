// Metrics for a pipe: a row for each interval in which something was measured.
import type { DynoMetricsResource, RouterMetricsResource } from '../../api/resources.js';
import { alignRows } from '../../terminal/table.js';

interface Column {
  title: string;
  values: readonly (number | null)[];
}

/** Times, requests by status, response times, then memory (MB) and load of each dyno; `-` where there is none. */
export function tabulate(router: RouterMetricsResource, { dynos }: DynoMetricsResource): string[] {
  const all = router.statuses.find(({ status }) => status === 'all');
  const columns: Column[] = [
    ...router.statuses.filter(({ status }) => status !== 'all').map(({ status, count }) => ({ title: status, values: count })),
    ...(['p50', 'p95', 'p99'] as const).map((name) => ({ title: `${name}_ms`, values: all?.[name] ?? [] })),
    ...dynos.flatMap(({ name, memory, load }) => [
      { title: `${name}_mb`, values: memory },
      { title: `${name}_load`, values: load },
    ]),
  ];
  const start = Date.parse(router.start_time);
  const rows = (all?.count ?? []).flatMap((_, at) => {
    const values = columns.map((column) => column.values[at] ?? null);
    if (values.every((value) => value === null || value === 0)) return [];
    return [[new Date(start + at * router.step * 1000).toISOString(), ...values.map((value) => (value === null ? '-' : String(value)))]];
  });
  return alignRows([['time', ...columns.map(({ title }) => title)], ...rows]);
}
