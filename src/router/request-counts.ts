// Counts requests by app, status and time, in memory: a few hundred numbers for an app that is busy, none for one that isn't.
import { performance } from 'node:perf_hooks';
import { hRow } from '../model/error-codes.js';
import { addRequest, type Point } from '../model/metrics/point.js';
import type { Exchange } from './in/exchange.js';

export interface RequestCounts {
  /** Counts one that is over. */
  add(x: Over): void;
  /** What was counted since the last call, by app. */
  take(): Map<string, Point>;
}

type Over = Pick<Exchange, 'route' | 'failure' | 'status' | 'isSwitched' | 'connectMs' | 'sentTick'>;

export function openRequestCounts(): RequestCounts {
  let points = new Map<string, Point>();
  return {
    add(x) {
      const { appId } = x.route;
      let point = points.get(appId);
      if (!point) points.set(appId, (point = {}));
      addRequest(point, { status: statusOf(x), ms: msOf(x) });
    },
    take() {
      const taken = points;
      points = new Map();
      return taken;
    },
  };
}

function statusOf({ failure, status }: Over): number | null {
  if (!failure) return status ?? null;
  return failure.status ?? hRow(failure.code).status;
}

/** How long the dyno took; what it never got, and what became another protocol, has no such time. */
function msOf({ sentTick, connectMs, isSwitched }: Over): number | null {
  return sentTick === undefined || isSwitched ? null : performance.now() - sentTick + (connectMs ?? 0);
}
