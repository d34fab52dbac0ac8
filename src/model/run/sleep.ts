// Apps that sleep while nobody asks for them (devcenter.heroku.com/articles/eco-dyno-hours#dyno-sleeping): those with exactly one
// web dyno, of a size that sleeps. Its other dynos of such sizes sleep with it.
import type { SizeTable } from '../dyno-size.js';
import type { WantedDyno } from '../formation.js';

/** Routers tell which apps were asked for so often; a short patience asks for more. */
const REPORT_EVERY_MS = 10_000;
/** A router that has told nothing for so many of its reports is gone. */
const REPORTS_MISSED = 4;

/** What routers have told about requests for one app. */
export interface Silence {
  idleAfterMs: number;
  /** When the last request began or was still under way; null where there was none. Milliseconds since the epoch, as all here. */
  lastRequestAt: number | null;
  /** Since when routers have told without a break; null while none does, and nothing can be concluded. */
  toldSince: number | null;
}

/** How often a router tells. */
export function reportEveryMs(idleAfterMs: number): number {
  return Math.min(REPORT_EVERY_MS, idleAfterMs / 4);
}

/** A break in what a router tells: requests may have been forgotten. */
export function lostAfterMs(idleAfterMs: number): number {
  return reportEveryMs(idleAfterMs) * REPORTS_MISSED;
}

/** Whether nobody has asked for it long enough. What a router that was killed hadn't told yet may be as late as its next report. */
export function isSilent({ idleAfterMs, lastRequestAt, toldSince }: Silence, upSince: number, now: number): boolean {
  if (toldSince === null) return false;
  return now - Math.max(upSince, toldSince, lastRequestAt ?? 0) >= idleAfterMs + reportEveryMs(idleAfterMs);
}

/** Whether a web dyno of this size sleeps; `null` stands for several. */
export function sleepsAs(size: string | null, sizes: SizeTable): boolean {
  return size !== null && (sizes.find(size)?.sleeps ?? false);
}

/** Names of an app's dynos that sleep when nobody asks for it; none where it never sleeps. */
export function sleepers(wanted: readonly WantedDyno[], sizes: SizeTable): Set<string> {
  const web = wanted.filter(({ type }) => type === 'web');
  const isSleeper = web.length === 1 && sleepsAs(web[0]!.size, sizes);
  return new Set(isSleeper ? wanted.filter(({ size }) => sleepsAs(size, sizes)).map(({ name }) => name) : []);
}
