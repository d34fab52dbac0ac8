import type { App } from '../../model/app.js';
import { isCancelled, type Build } from '../../model/build/build.js';
import type { User } from '../../model/user.js';
import { presentUserRef } from './account.js';
import { presentBuildpack } from './buildpack.js';

export interface BuildUrls {
  outputStreamUrl: string;
  sourceUrl: string;
}

export function presentBuild(build: Build, app: Pick<App, 'id'>, user: Pick<User, 'id' | 'email'>, urls: BuildUrls) {
  return {
    id: build.id,
    app: { id: app.id },
    buildpacks: build.buildpacks.length ? build.buildpacks.map(presentBuildpack) : null,
    ...(build.reports.length > 0 && { buildpack_reports: build.reports }),
    // Beside `status`, which has Heroku's three words.
    ...(isCancelled(build) && { cancelled: true }),
    created_at: build.createdAt.toISOString(),
    generation: 'cedar',
    output_stream_url: urls.outputStreamUrl,
    release: build.releaseId ? { id: build.releaseId } : null,
    slug: build.slugId ? { id: build.slugId } : null,
    source_blob: { checksum: build.checksum, url: urls.sourceUrl, version: build.commit, version_description: build.sourceDescription },
    stack: build.stack,
    status: build.status,
    updated_at: build.updatedAt.toISOString(),
    user: presentUserRef(user),
  };
}
