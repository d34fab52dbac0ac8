// A build turns source into a slug. A build that fails is a result, not an error.

export type BuildStatus = 'pending' | 'succeeded' | 'failed';

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
  /** What the app's list of buildpacks was when the build began; empty means detect. */
  buildpacks: string[];
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

/** A builder that hasn't renewed its build for this long is taken for dead. */
export const BUILDER_LOST_AFTER_MS = 8_000;
