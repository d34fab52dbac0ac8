import { z } from 'zod';
import type { App } from '../../../model/app.js';
import type { Grid } from '../../../model/metrics/levels.js';
import { dynoSeries, spread, statusSeries, type TimedPoint } from '../../../model/metrics/series.js';
import { presentAppRef } from './app.js';
import { AppRef, time } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

/** Dynos in one answer: one-off dynos have series, too. */
export const MOST_DYNOS = 100;

const span = {
  app: AppRef,
  start_time: time('when the first interval begins'),
  end_time: time('when the last interval ends'),
  step: z.int().describe('seconds in an interval: each list has a value for each'),
};
const values = (what: string) => z.array(z.number().nullable()).describe(`${what}; null where there is none`);

const Status = z.strictObject({
  status: z.string().describe('all, or a class: 2xx'),
  count: z.array(z.int()).describe('requests'),
  p50: values('milliseconds that half of them took at most'),
  p95: values('the same of 95 %'),
  p99: values('the same of 99 %'),
});

const DynoUse = z.strictObject({
  type: z.string().describe('its process type: web'),
  name: z.string().describe('its name within the app: web.1'),
  memory: values('memory in MB, on average'),
  memory_max: values('the most memory in MB'),
  load: values('how many of its processes run or want to, on average'),
});

const about = 'not part of Heroku. Kept for 2 hours by 10 seconds, for 24 hours by minute, for 7 days by 10 minutes';

export const RouterMetrics = resource(
  { name: 'router-metrics', about: `What the router measured of an app; ${about}.`, identity: [] },
  { ...span, statuses: z.array(Status).describe('requests of all, then of each class that came') },
);

export const DynoMetrics = resource(
  { name: 'dyno-metrics', about: `What an app's dynos used; ${about}.`, identity: [] },
  { ...span, dynos: z.array(DynoUse).describe(`dynos by type and name; at most ${MOST_DYNOS}, those that ran last`) },
);

type Asked = { app: Pick<App, 'id' | 'name'>; grid: Grid; points: readonly TimedPoint[] };

export function presentRouterMetrics({ app, grid, points }: Asked): z.input<typeof RouterMetrics> {
  return { ...presentSpan(app, grid), statuses: statusSeries(spread(points, grid)) };
}

export function presentDynoMetrics(
  { app, grid, points }: Asked,
  isWanted: (name: string, type: string) => boolean,
): z.input<typeof DynoMetrics> {
  const series = dynoSeries(spread(points, grid), MOST_DYNOS, isWanted);
  const dynos = series.map(({ type, name, memoryMb, memoryMaxMb, load }) => ({
    type,
    name,
    memory: memoryMb,
    memory_max: memoryMaxMb,
    load,
  }));
  return { ...presentSpan(app, grid), dynos };
}

function presentSpan(app: Pick<App, 'id' | 'name'>, { start, end, stepMs }: Grid) {
  return {
    app: presentAppRef(app),
    start_time: new Date(start).toISOString(),
    end_time: new Date(end).toISOString(),
    step: stepMs / 1000,
  };
}
