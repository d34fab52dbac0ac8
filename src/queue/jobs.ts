// Every job and its payload. A job takes ids; everything in it may run twice.

export interface Jobs {
  /** Compile a build's source into a slug, then append the release. */
  build: { buildId: string };
  /** Carry a pending release out: its release command, then make it current. */
  release: { releaseId: string };
  /** Make an app's dynos what its formation and current release want. */
  reconcile: { appId: string };
}

export type JobName = keyof Jobs;

/** What keeps a job from being queued twice: one per build, per release, per app. */
export function jobKey<N extends JobName>(name: N, payload: Jobs[N]): string {
  return `${name}-${Object.values(payload)[0]}`;
}
