// A build turns source into a slug. A build that fails is a result, not an error.

import type { Commit } from '../git/commit.js';

export type BuildStatus = 'pending' | 'succeeded' | 'failed';

/** The last line of a build that failed, as Heroku prints it. */
export const PUSH_FAILED = ' !     Push failed\n';

export interface BuildReport {
  /** What its bin/detect called itself. */
  buildpack: string;
  /** Its object; text of another kind as it came. */
  report: Record<string, unknown> | string;
}

export interface Submodule {
  /** Where its files belong, from the top of the app. */
  path: string;
  url: string;
  commit: string;
}

/** A commit as a row keeps it. */
export type CommitTold = Omit<Commit, 'committedAt'> & { committedAt: string };

export interface Build {
  id: string;
  appId: string;
  userId: string;
  status: BuildStatus;
  /** Pushed by git (someone waits at a terminal) or asked for through the API. */
  origin: 'git' | 'api';
  stack: string;
  /** Reference of the source archive: a blob key, or an https URL of a tarball. */
  source: string;
  commit: string | null;
  sourceDescription: string | null;
  /** The branch, tag or commit of the repository that `source` is the URL of; null where it is an archive's. */
  gitRef: string | null;
  /** The connection that it is of, while there is one. */
  connectionId: string | null;
  /** What that repository tells of the commit, once it is fetched. */
  commitTold: CommitTold | null;
  /** What the app's list of buildpacks was when the build began; empty means detect. */
  buildpacks: string[];
  /** What each buildpack's bin/report told of it, in order; buildpacks without one are left out. */
  reports: BuildReport[];
  /** Repositories whose files belong into the source, but are not in its archive. */
  submodules: Submodule[];
  /** The directory of the source that is the app; null is all of it. */
  sourceDir: string | null;
  /** `SHA256:<hex>` that the source must have; null when nobody said. */
  checksum: string | null;
  /** The slug and release it made: set together, when the release is appended. */
  slugId: string | null;
  releaseId: string | null;
  /** One line saying why it failed. */
  failure: string | null;
  /** Set when a builder takes it; renewed every 2 s while it works. */
  startedAt: Date | null;
  heartbeatAt: Date | null;
  builder: string | null;
  finishedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Why a build ends that somebody wanted to end. It has failed, as Heroku's words go. */
export const PUSH_INTERRUPTED = 'The push was interrupted.';
export const PUSH_OVER = 'The push was ended: the access of whoever pushed was taken back, or the app is gone.';
export const cancelledBy = (email: string): string => `The build was cancelled by ${email}.`;

/** Whether somebody wanted it to end. */
export function isCancelled({ status, failure }: Pick<Build, 'status' | 'failure'>): boolean {
  if (status !== 'failed' || failure === null) return false;
  return failure === PUSH_INTERRUPTED || failure === PUSH_OVER || failure.startsWith(cancelledBy('').slice(0, -1));
}

/** A builder that hasn't renewed its build for this long is taken for dead. */
export const BUILDER_LOST_AFTER_MS = 8_000;

/** Whether a single folder at the top of the source's archive is the app: archives that people make have one, those of git don't. */
export function hasTop({ origin, gitRef }: Pick<Build, 'origin' | 'gitRef'>): boolean {
  return origin === 'api' && gitRef === null;
}
