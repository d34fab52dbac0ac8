// What is known of an app in one interval: its requests, and what its dynos used. Points of several writers, or of the intervals
// that make up a longer one, are merged into one.
import { addLatency, mergeLatency, type Latency } from './latency.js';

export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

export interface Requests {
  count: number;
  latency: Latency;
}

/** Of one dyno: means and the most of so many readings. */
export interface DynoUse {
  type: string;
  readings: number;
  memoryMb: number;
  memoryMaxMb: number;
  load: number;
  loadMax: number;
}

export interface Point {
  requests?: Partial<Record<StatusClass, Requests>>;
  /** By name: `web.1`. */
  dynos?: Record<string, DynoUse>;
}

/** Counts a request with the status it was told with; one that was cut off without any counts as 5xx. */
export function addRequest(into: Point, o: { status: number | null; ms: number | null }): void {
  const status = classOf(o.status);
  const requests = ((into.requests ??= {})[status] ??= { count: 0, latency: {} });
  requests.count += 1;
  if (o.ms !== null) addLatency(requests.latency, o.ms);
}

/** Adds a reading of a dyno. */
export function addReading(into: Point, name: string, o: { type: string; memoryMb: number; load: number }): void {
  mergePoint(into, { dynos: { [name]: { ...o, readings: 1, memoryMaxMb: o.memoryMb, loadMax: o.load } } });
}

/** Adds what another writer, or another interval, knows. */
export function mergePoint(into: Point, more: Point): void {
  for (const status of STATUS_CLASSES) {
    const added = more.requests?.[status];
    if (!added) continue;
    const requests = ((into.requests ??= {})[status] ??= { count: 0, latency: {} });
    requests.count += added.count;
    mergeLatency(requests.latency, added.latency);
  }
  for (const [name, use] of Object.entries(more.dynos ?? {})) {
    const known = into.dynos?.[name];
    (into.dynos ??= {})[name] = known ? mergeUse(known, use) : { ...use };
  }
}

/** All of them as one. */
export function mergePoints(points: readonly Point[]): Point {
  const all: Point = {};
  for (const point of points) mergePoint(all, point);
  return all;
}

function mergeUse(a: DynoUse, b: DynoUse): DynoUse {
  const readings = a.readings + b.readings;
  const mean = (one: number, other: number) => (one * a.readings + other * b.readings) / readings;
  return {
    type: b.type,
    readings,
    memoryMb: round(mean(a.memoryMb, b.memoryMb)),
    memoryMaxMb: Math.max(a.memoryMaxMb, b.memoryMaxMb),
    load: round(mean(a.load, b.load)),
    loadMax: Math.max(a.loadMax, b.loadMax),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function classOf(status: number | null): StatusClass {
  return STATUS_CLASSES[Math.floor((status ?? 500) / 100) - 1] ?? '5xx';
}
