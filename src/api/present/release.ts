import type { App } from '../../model/app.js';
import type { Release } from '../../model/release.js';
import type { User } from '../../model/user.js';
import { presentUserRef } from './account.js';
import { presentAppRef } from './app.js';

interface Around {
  app: Pick<App, 'id' | 'name'>;
  user: Pick<User, 'id' | 'email'>;
  /** Whether this is the one that runs. */
  isCurrent: boolean;
  outputStreamUrl: string;
}

export function presentRelease(release: Release, { app, user, isCurrent, outputStreamUrl }: Around) {
  return {
    id: release.id,
    version: release.version,
    addon_plan_names: [],
    app: presentAppRef(app),
    artifacts: release.slugId ? [{ type: 'slug', id: release.slugId }] : [],
    created_at: release.createdAt.toISOString(),
    current: isCurrent,
    description: release.description,
    eligible_for_rollback: release.status === 'succeeded' && release.slugId !== null,
    output_stream_url: release.hasOutput ? outputStreamUrl : null,
    slug: release.slugId ? { id: release.slugId } : null,
    status: release.status,
    updated_at: release.updatedAt.toISOString(),
    user: presentUserRef(user),
  };
}
