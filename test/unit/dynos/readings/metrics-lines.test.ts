import { expect, it } from 'vitest';
import { metricsLines } from '../../../../src/dynos/readings/metrics-lines.js';
import type { DynoReading } from '../../../../src/dynos/readings/read-node.js';

const MB = 1024 * 1024;

it('are Heroku’s', () => {
  const dyno = { id: 'cd817c77-4f8e-4e68-b42a-3dea4e04d99c', appId: '0f8fc7ab-0000-4000-8000-000000000000', name: 'web.1' };
  const memory = { rssBytes: 217.77 * MB, cacheBytes: 3.7 * MB, sharedBytes: 0, swapBytes: 0, pagesIn: 149_293, pagesOut: 123_257 };
  const load = { load1: 0, load5: 0.004, load15: 0.0149 };
  const about = 'source=web.1 dyno=heroku.261081003.cd817c77-4f8e-4e68-b42a-3dea4e04d99c';
  expect(metricsLines({ dyno, reading: { ...memory, cpuUs: 0, runnable: 0 }, load } as DynoReading, { memoryMb: 512 })).toEqual([
    `${about} sample#load_avg_1m=0.00 sample#load_avg_5m=0.00 sample#load_avg_15m=0.01`,
    `${about} sample#memory_total=221.47MB sample#memory_rss=217.77MB sample#memory_cache=3.70MB sample#memory_swap=0.00MB ` +
      'sample#memory_pgpgin=149293pages sample#memory_pgpgout=123257pages sample#memory_quota=512.00MB',
  ]);
});
