// Wanted dynos − running dynos = a plan. Pure: it compares what it is shown, and remembers nothing.
//
// A row of the store is one life of a dyno: starting → up → down | crashed. A restart, a new release or a new size is
// a new row. The new one starts first; an older one of the same name serves until the new one is up, even if that
// takes several tries. Those that serve are replaced a few at a time, those that don't at once. A container belongs to the row its
// label names.
import { isReleaseCommand, LONGEST_PAUSE_MS, type Dyno } from '../model/dyno.js';
import type { WantedDyno } from '../model/formation.js';
import { cyclesAt, type Cycle } from '../model/run/cycle.js';
import { isSilent, type Silence } from '../model/run/sleep.js';

export interface Found {
  containerId: string;
  /** The row it belongs to. */
  dynoId: string;
  state: 'created' | 'running' | 'exited';
}

export interface Situation {
  wanted: readonly WantedDyno[];
  rows: readonly Dyno[];
  containers: readonly Found[];
  /** Dynos that some task of this process is busy with, by id. */
  busy: ReadonlyMap<string, 'booting' | 'stopping'>;
  /** Dynos whose boot came to nothing, by id. */
  failed: { has(dynoId: string): boolean };
  /** Ids of releases whose command may still run. */
  pendingReleases: ReadonlySet<string>;
  cycle: Cycle;
  /** The dynos that sleep while nobody asks for the app, if any do, and how long that has been. */
  sleep?: { names: ReadonlySet<string>; silence: Silence } | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What people saw of a name. */
type Seen = 'up' | 'idle' | 'crashed' | 'down';

export type Step =
  /** It has ended by itself: record that. */
  | { do: 'crash'; dyno: Dyno; containerId: string | null }
  /** Nothing is left of it but the row. */
  | { do: 'forget'; dyno: Dyno }
  /** Its boot was begun by a manager that is gone: see it through. */
  | { do: 'await'; dyno: Dyno; containerId: string }
  /**
   * `from` is what people saw of this name before; `instead` are crashed rows that the new one takes the place of; `cycles` when the
   * one before has only had its time.
   */
  | { do: 'start'; wanted: WantedDyno; from: Seen; cycles: boolean; crashes: number; instead: Dyno[] }
  /** It falls asleep: `dyno` is what runs of it, `instead` are rows that the sleeping one takes the place of. */
  | { do: 'idle'; wanted: WantedDyno; dyno: Dyno | null; containerId: string | null; instead: Dyno[] }
  | { do: 'stop'; dyno: Dyno; containerId: string | null }
  /** A container that no row knows, or what a crash has left. */
  | { do: 'remove'; containerId: string }
  | { do: 'wait'; until: number };

/** The steps that bring an app nearer to what is wanted. None: it is there. Rows that turn out dead are settled first, alone. */
export function plan(o: Situation): Step[] {
  const settled = settle(o);
  if (settled.length > 0) return settled;
  const rows = o.rows.filter((row) => row.state !== 'down' && !runsOnce(row));
  const names = new Set(o.wanted.map((wanted) => wanted.name));
  return [
    ...planNames(
      o,
      o.wanted.map((wanted) => ({ wanted, rows: rows.filter((row) => row.name === wanted.name) })),
    ),
    ...rows.filter((row) => !names.has(row.name)).flatMap((row) => retire(o, row)),
    ...o.rows.filter((row) => isEnding(o, row)).flatMap((row) => stop(o, row)),
    ...remains(o),
  ];
}

/** Others see it through: a release, or whoever runs one-off dynos. */
function runsOnce({ type, oneOff }: Dyno): boolean {
  return oneOff || isReleaseCommand(type);
}

/** What has happened to rows while nobody looked. */
function settle(o: Situation): Step[] {
  return o.rows.flatMap((dyno): Step[] => {
    if (o.busy.has(dyno.id) || runsOnce(dyno)) return [];
    const found = containerOf(o, dyno);
    const containerId = found?.containerId ?? null;
    const isRunning = found?.state === 'running';
    if (dyno.state === 'up' && !isRunning) return [{ do: 'crash', dyno, containerId }];
    if (dyno.state === 'starting' && (found?.state === 'exited' || o.failed.has(dyno.id))) return [{ do: 'crash', dyno, containerId }];
    if (dyno.state === 'starting' && !isRunning) return [{ do: 'forget', dyno }];
    return [];
  });
}

interface Name {
  wanted: WantedDyno;
  rows: Dyno[];
}

/** Of a type's dynos that serve, so many are replaced at a time: a quarter, or this many. */
const MOST_REPLACED_AT_ONCE = 8;

function planNames(o: Situation, names: Name[]): Step[] {
  const taken = new Map<string, number>();
  const takenBy = (key: string) => taken.get(key) ?? 0;
  const take = (key: string) => void taken.set(key, takenBy(key) + 1);
  const surge = (type: string) => surgeOf(names.filter(({ wanted }) => wanted.type === type).length);
  for (const { wanted, rows } of names) {
    const next = nextOf(o, wanted, rows);
    if (next) take(next.crashes > 0 ? rollOf(wanted, rows) : wanted.type);
  }
  const asleep = isAsleep(o, names) ? o.sleep?.names : undefined;
  return names
    .flatMap((name) => (asleep?.has(name.wanted.name) ? planSleeper(o, name) : planName(o, name)))
    .filter((step) => {
      if (step.do !== 'start' || step.from !== 'up') return true;
      const { type, name } = step.wanted;
      const { rows } = names.find(({ wanted }) => wanted.name === name)!;
      const mayStart = takenBy(type) + takenBy(rollOf(step.wanted, rows)) < surge(type);
      if (mayStart) take(type);
      return mayStart;
    });
}

function surgeOf(quantity: number): number {
  return Math.min(Math.ceil(quantity / 4), MOST_REPLACED_AT_ONCE);
}

/** The one that is to follow one that serves, while it isn't up yet. */
function nextOf(o: Situation, wanted: WantedDyno, rows: Dyno[]): Dyno | undefined {
  const kept = keptOf(o, wanted, rows);
  return kept?.state !== 'up' && rows.some((row) => row.state === 'up') ? kept : undefined;
}

/**
 * What a name is replaced with others for: a wish that came for them at once, or what is wanted now. One that crashes again and again
 * holds up those only.
 */
function rollOf({ type }: WantedDyno, rows: Dyno[]): string {
  const askedAt = rows.find((row) => row.state === 'up' && row.restartAskedAt !== null)?.restartAskedAt;
  return `${type} ${askedAt?.getTime() ?? 'wanted'}`;
}

/** The life of this name that is to go on. */
function keptOf(o: Situation, wanted: WantedDyno, rows: Dyno[]): Dyno | undefined {
  const current = rows.filter((row) => isCurrent(wanted, row) && !isDue(o, row));
  return newest(current, 'up') ?? newest(current, 'starting') ?? newest(current, 'crashed');
}

function planName(o: Situation, { wanted, rows }: Name): Step[] {
  const kept = keptOf(o, wanted, rows);
  const others = rows.filter((row) => row !== kept);
  if (kept?.state === 'up') return others.flatMap((row) => retire(o, row));
  const older = others.filter((row) => row.state !== 'up').flatMap((row) => retire(o, row));
  if (kept?.state === 'starting') return [...older, ...resume(o, kept)];
  if (kept?.state === 'crashed') return [...older, restart(o, wanted, kept)];
  const ended = others.filter(hasEnded);
  const stopping = older.filter((step) => step.do !== 'forget');
  const cycles = rows.some((row) => row.state === 'up' && isCurrent(wanted, row));
  return [...stopping, { do: 'start', wanted, from: seen(rows), cycles, crashes: 0, instead: ended }];
}

/** Whether its dynos that sleep are to: its web dyno does already, or nobody has asked for the app long enough. */
function isAsleep(o: Situation, names: Name[]): boolean {
  const web = names.find(({ wanted }) => wanted.type === 'web' && o.sleep?.names.has(wanted.name));
  if (!o.sleep || !web) return false;
  if (sleepingOf(web)) return true;
  const kept = keptOf(o, web.wanted, web.rows);
  return kept?.state === 'up' && isSilent(o.sleep.silence, Math.max(kept.createdAt.getTime(), kept.updatedAt.getTime()), o.now);
}

/** The row that stands for it while it sleeps. */
function sleepingOf({ wanted, rows }: Name): Dyno | undefined {
  return newest(
    rows.filter((row) => isCurrent(wanted, row)),
    'idle',
  );
}

function planSleeper(o: Situation, name: Name): Step[] {
  const { wanted, rows } = name;
  const sleeping = sleepingOf(name);
  if (sleeping) return rows.filter((row) => row !== sleeping).flatMap((row) => retire(o, row));
  const dyno = newest(rows, 'up') ?? newest(rows, 'starting') ?? null;
  const others = rows.filter((row) => row !== dyno && !hasEnded(row)).flatMap((row) => stop(o, row));
  const containerId = (dyno && containerOf(o, dyno)?.containerId) ?? null;
  return [...others, { do: 'idle', wanted, dyno, containerId, instead: rows.filter(hasEnded) }];
}

/** Rows of which nothing runs. */
function hasEnded({ state }: Dyno): boolean {
  return state === 'crashed' || state === 'idle';
}

/** Whether this row is a life of just what is wanted, and nobody has asked for another. */
function isCurrent(wanted: WantedDyno, row: Dyno): boolean {
  return row.restartAskedAt === null && row.releaseId === wanted.releaseId && row.size === wanted.size && row.command === wanted.command;
}

/** Whether its time is over. */
function isDue(o: Situation, row: Dyno): boolean {
  const at = row.state === 'up' ? cyclesAt(row, o.cycle) : null;
  return at !== null && at <= o.now;
}

function newest(rows: Dyno[], state: Dyno['state']): Dyno | undefined {
  return rows.filter((row) => row.state === state).sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
}

function resume(o: Situation, dyno: Dyno): Step[] {
  const found = containerOf(o, dyno);
  return o.busy.has(dyno.id) || !found ? [] : [{ do: 'await', dyno, containerId: found.containerId }];
}

function restart(o: Situation, wanted: WantedDyno, dyno: Dyno): Step {
  const at = dyno.restartAt?.getTime() ?? 0;
  // What is longer was reckoned by a clock that has been set back since.
  if (at > o.now && at - o.now <= LONGEST_PAUSE_MS) return { do: 'wait', until: at };
  return { do: 'start', wanted, from: 'crashed', cycles: false, crashes: dyno.crashes, instead: [dyno] };
}

function seen(rows: Dyno[]): Seen {
  if (rows.some((row) => row.state === 'up')) return 'up';
  if (rows.some((row) => row.state === 'idle')) return 'idle';
  return rows.some((row) => row.state === 'crashed') ? 'crashed' : 'down';
}

function retire(o: Situation, dyno: Dyno): Step[] {
  return hasEnded(dyno) ? [{ do: 'forget', dyno }] : stop(o, dyno);
}

function stop(o: Situation, dyno: Dyno): Step[] {
  if (o.busy.get(dyno.id) === 'stopping') return [];
  return [{ do: 'stop', dyno, containerId: containerOf(o, dyno)?.containerId ?? null }];
}

/** Rows whose end was decided before: stopping when a manager went away, or a command of a release that has ended. */
function isEnding(o: Situation, row: Dyno): boolean {
  if (row.oneOff) return false;
  if (isReleaseCommand(row.type)) return !o.pendingReleases.has(row.releaseId) && !o.busy.has(row.id);
  return row.state === 'down';
}

function remains(o: Situation): Step[] {
  const holders = new Set(o.rows.filter((row) => row.state !== 'crashed').map((row) => row.id));
  return o.containers
    .filter((found) => !holders.has(found.dynoId) && !o.busy.has(found.dynoId))
    .map(({ containerId }) => ({ do: 'remove', containerId }));
}

function containerOf(o: Situation, dyno: Dyno): Found | undefined {
  return o.containers.find((found) => found.dynoId === dyno.id);
}
