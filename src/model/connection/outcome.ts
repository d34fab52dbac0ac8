// What has become of a commit, as hosts are told of it: it is out once its release is, not when it was built.
import type { Build } from '../build/build.js';
import type { Release } from '../release.js';

export interface Outcome {
  state: 'pending' | 'in_progress' | 'success' | 'failure';
  /** One line. */
  description: string;
}

const MOST_CHARS = 140;

/** `release` is that of the build, where there is one. */
export function outcomeOf(
  build: Pick<Build, 'status' | 'failure' | 'startedAt'>,
  release: Pick<Release, 'status' | 'version'> | undefined,
): Outcome {
  if (release?.status === 'pending') return { state: 'in_progress', description: `Releasing v${release.version}` };
  if (release?.status === 'failed')
    return { state: 'failure', description: `The release command of v${release.version} failed: paas releases:output v${release.version}` };
  if (release || build.status === 'succeeded') return { state: 'success', description: 'Deployed' };
  if (build.status === 'failed') return { state: 'failure', description: cut(build.failure ?? 'Failed') };
  return build.startedAt === null
    ? { state: 'pending', description: 'Waiting to be built' }
    : { state: 'in_progress', description: 'Building' };
}

function cut(text: string): string {
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS - 1)}…` : text;
}
