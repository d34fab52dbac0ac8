// A dyno: one running container of an app, named `web.1`.

/** Uid and gid of apps' code, in builds and in dynos. */
export const DYNO_UID = 20_000;

export type DynoState = 'starting' | 'up' | 'idle' | 'crashed' | 'down';

export interface Dyno {
  id: string;
  appId: string;
  /** `web.1` */
  name: string;
  type: string;
  number: number;
  /** Whether somebody asked for just this one, to run a command once: neither routed nor restarted, and no part of a formation. */
  oneOff: boolean;
  state: DynoState;
  size: string;
  command: string;
  releaseId: string;
  releaseVersion: number;
  /** The machine whose dyno manager runs it. */
  node: string;
  containerId: string | null;
  /** Where the router reaches it. Null until it has been started. */
  host: string | null;
  port: number | null;
  /** Crashes in a row, for the back-off; a new release starts at 0. */
  crashes: number;
  /** A crashed dyno starts again at this time. */
  restartAt: Date | null;
  /** Since when somebody waits for another in its place. */
  restartAskedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/**
 * Whether a dyno of this type is a release's command, which runs once: neither routed nor restarted, and no part of a
 * formation. All other names are the app's own.
 */
export function isReleaseCommand(type: string): boolean {
  return type === 'release';
}

/** A dyno that has run this long before it ends doesn't count as crashing in a row. */
export const STEADY_AFTER_MS = 600_000;
const FIRST_PAUSE_MS = 10_000;
export const LONGEST_PAUSE_MS = 300_000;

/** How long a dyno waits after its nth crash in a row: not at all, then 10 s, 20 s, 40 s … up to 5 minutes. */
export function restartPauseMs(crashes: number): number {
  if (crashes <= 1) return 0;
  return Math.min(FIRST_PAUSE_MS * 2 ** (crashes - 2), LONGEST_PAUSE_MS);
}

/** Crashes in a row after one more, given how long the dyno had run. */
export function countCrash(before: number, ranMs: number): number {
  return ranMs >= STEADY_AFTER_MS ? 1 : before + 1;
}

type Seen = Pick<Dyno, 'name' | 'state' | 'crashes' | 'createdAt'>;

/**
 * The dynos a person is shown: not those on their way out, and of two that share a name the one that replaces the other.
 * When that one crashes, both: the older goes on serving.
 */
export function visibleDynos<D extends Seen>(dynos: D[]): D[] {
  const newest = newestByName(dynos);
  return dynos.filter((dyno) => {
    const newer = newest.get(dyno.name);
    return newer === dyno || (dyno.state === 'up' && newer !== undefined && hasCrashed(newer));
  });
}

/** Those that serve only until a newer one of their name, or one of the app's current release, is up. */
export function replacedDynos<D extends Seen & Pick<Dyno, 'releaseVersion'>>(dynos: D[], currentVersion: number): D[] {
  const newest = newestByName(dynos);
  return dynos.filter((dyno) => dyno.state === 'up' && (newest.get(dyno.name) !== dyno || dyno.releaseVersion < currentVersion));
}

function newestByName<D extends Seen>(dynos: D[]): Map<string, D> {
  const newest = new Map<string, D>();
  for (const dyno of dynos) {
    const known = newest.get(dyno.name);
    if (dyno.state !== 'down' && (!known || known.createdAt <= dyno.createdAt)) newest.set(dyno.name, dyno);
  }
  return newest;
}

/** Also while it tries again. */
function hasCrashed(dyno: Seen): boolean {
  return dyno.state === 'crashed' || (dyno.state === 'starting' && dyno.crashes > 0);
}
