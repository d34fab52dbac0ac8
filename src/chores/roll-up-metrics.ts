// Metrics grow coarse with age: ten points of a level make one of the next, and what is older than its level keeps goes.
import { FINEST_MS, floor, LEVELS, type Level } from '../model/metrics/levels.js';
import { mergePoint, type Point } from '../model/metrics/point.js';
import { firstInterval, forgetPoints, lastInterval, readInterval, writePoints } from '../store/app/metrics.js';
import type { Store } from '../store/open-store.js';

/** Writers come a moment after their interval. */
const GRACE_MS = 3 * FINEST_MS;
/** A level is kept a little longer than it is shown. */
const SLACK_MS = 900_000;

/** Rolls up what has become due since it was done last, then trims. May run twice at once. What a clock dated in the future waits. */
export async function rollUpMetrics(store: Store, now: number): Promise<void> {
  const [finest, minutes, tens] = LEVELS;
  await rollUp(store, finest, minutes, now - GRACE_MS);
  await rollUp(store, minutes, tens, now - GRACE_MS);
  for (const { stepMs, keepMs } of LEVELS) await forgetPoints(store, stepMs, new Date(now - keepMs - SLACK_MS));
}

async function rollUp(store: Store, fine: Level, coarse: Level, upTo: number): Promise<void> {
  const last = await lastInterval(store, coarse.stepMs, new Date(upTo));
  let from = last ? last.getTime() + coarse.stepMs : 0;
  for (;;) {
    const next = await firstInterval(store, fine.stepMs, new Date(from));
    if (!next) return;
    const at = floor(next.getTime(), coarse.stepMs);
    const end = at + coarse.stepMs;
    if (end > upTo) return;
    const points = merged(await readInterval(store, fine.stepMs, new Date(at), new Date(end)));
    await writePoints(store, { at: new Date(at), stepMs: coarse.stepMs, source: '' }, points);
    from = end;
  }
}

/** By app. */
function merged(rows: readonly { appId: string; point: Point }[]): Map<string, Point> {
  const points = new Map<string, Point>();
  for (const { appId, point } of rows) {
    const known = points.get(appId);
    if (known) mergePoint(known, point);
    else points.set(appId, point);
  }
  return points;
}
