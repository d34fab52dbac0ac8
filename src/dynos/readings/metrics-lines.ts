// The two lines of log-runtime-metrics about a dyno, as Heroku writes them: what drains and dashboards of others read.
import type { DynoSize } from '../../model/dyno-size.js';
import type { DynoReading } from './read-node.js';

const MB = 1024 * 1024;

export function metricsLines({ dyno, reading, load }: DynoReading, { memoryMb }: Pick<DynoSize, 'memoryMb'>): string[] {
  const about = `source=${dyno.name} dyno=heroku.${numberOf(dyno.appId)}.${dyno.id}`;
  const sample = (name: string, value: string) => `sample#${name}=${value}`;
  const size = (name: string, bytes: number) => sample(`memory_${name}`, `${(bytes / MB).toFixed(2)}MB`);
  const { rssBytes, cacheBytes, swapBytes } = reading;
  const loads = [
    sample('load_avg_1m', load.load1.toFixed(2)),
    sample('load_avg_5m', load.load5.toFixed(2)),
    sample('load_avg_15m', load.load15.toFixed(2)),
  ];
  const memory = [
    size('total', rssBytes + cacheBytes + swapBytes),
    size('rss', rssBytes),
    size('cache', cacheBytes),
    size('swap', swapBytes),
    sample('memory_pgpgin', `${reading.pagesIn}pages`),
    sample('memory_pgpgout', `${reading.pagesOut}pages`),
    size('quota', memoryMb * MB),
  ];
  return [loads, memory].map((samples) => [about, ...samples].join(' '));
}

/** Heroku's apps have a number, too; parsers look for digits there. */
function numberOf(appId: string): number {
  return Number.parseInt(appId.slice(0, 8), 16);
}
